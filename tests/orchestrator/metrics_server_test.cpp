#include "orchestrator/metrics_server.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "orchestrator/process/system_error.hpp"

using namespace winnow::run;
using Catch::Contains;
using Catch::StartsWith;

namespace {

/// What the server answers to `request`, whole.
std::string answer_to(const std::string& request) {
  asio::io_context context;
  int asked = 0;
  MetricsServer server(context, 0, [&asked] { return "pages " + std::to_string(++asked) + "\n"; });
  std::string answer;
  std::thread client([&, port = server.port()] {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect({asio::ip::address_v4::loopback(), port});
    asio::write(socket, asio::buffer(request));
    boost::system::error_code end;
    asio::read(socket, asio::dynamic_buffer(answer), end);
    context.stop();
  });
  context.run();
  client.join();
  return answer;
}

}  // namespace

TEST_CASE("the page is at /metrics, and nowhere else, and is only read") {
  const std::string page = answer_to("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n") && Contains("text/plain; version=0.0.4") &&
                       Contains("\r\n\r\npages 1\n"));
  CHECK_THAT(answer_to("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 404"));
  CHECK_THAT(answer_to("DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
             StartsWith("HTTP/1.1 405"));
}

TEST_CASE("a request without an end is closed without an answer") {
  CHECK(answer_to("GET /metrics HTTP/1.1\r\nX: " + std::string(20'000, 'x')).empty());
}

TEST_CASE("a port that is taken is refused") {
  asio::io_context context;
  const MetricsServer first(context, 0, [] { return std::string(); });
  CHECK_THROWS_AS(MetricsServer(context, first.port(), [] { return std::string(); }), SystemError);
}
