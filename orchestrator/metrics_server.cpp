#include "orchestrator/metrics_server.hpp"

#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <memory>

#include "orchestrator/process/system_error.hpp"

namespace winnow::run {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;

/// Who asks for longer is gone, or does not mean to end.
constexpr auto longest_exchange = std::chrono::seconds(10);
/// A scraper's request has some hundred bytes.
constexpr std::uint32_t longest_head = 8 << 10;

}  // namespace

/// One request and its answer; lives as long as they take.
struct MetricsServer::Connection : std::enable_shared_from_this<Connection> {
  Connection(Tcp::socket socket, const std::function<std::string()>& the_page)
      : stream(std::move(socket)), page(the_page) {}

  void serve() {
    stream.expires_after(longest_exchange);
    parser.header_limit(longest_head);
    http::async_read(stream, buffer, parser,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error) self->answer(self->parser.get());
                     });
  }

  void answer(const http::request<http::empty_body>& request) {
    response.version(request.version());
    response.keep_alive(false);
    response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    if (request.method() != http::verb::get) {
      response.result(http::status::method_not_allowed);
      response.set(http::field::allow, "GET");
    } else if (request.target() != "/metrics") {
      response.result(http::status::not_found);
      response.body() = "the numbers are at /metrics\n";
    } else {
      response.body() = page();
    }
    response.prepare_payload();
    http::async_write(stream, response,
                      [self = shared_from_this()](beast::error_code, std::size_t) {
                        beast::error_code gone;  // the reader may have closed it already
                        self->stream.socket().shutdown(Tcp::socket::shutdown_send, gone);
                      });
  }

  beast::tcp_stream stream;
  const std::function<std::string()>& page;
  beast::flat_buffer buffer;
  http::request_parser<http::empty_body> parser;
  http::response<http::string_body> response;
};

MetricsServer::MetricsServer(asio::io_context& context, std::uint16_t port,
                             std::function<std::string()> page)
    : page_(std::move(page)), acceptor_(context) {
  const Tcp::endpoint loopback(asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  acceptor_.open(Tcp::v4(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(loopback, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw SystemError(error.value(), fmt::format("listen on port {} of 127.0.0.1", port));
  accept();
}

void MetricsServer::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<Connection>(std::move(socket), page_)->serve();
    accept();
  });
}

}  // namespace winnow::run
