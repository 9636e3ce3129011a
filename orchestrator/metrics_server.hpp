// Numbers of a running study for Prometheus: GET /metrics over HTTP on a port of the loopback
// interface. Nothing else is answered, and nothing can be changed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>

namespace winnow::run {

namespace asio = boost::asio;

class MetricsServer {
 public:
  /// Listens on 127.0.0.1:`port` (0: any free one) until it goes. `page`: the text of now. Throws
  /// SystemError when the port is taken.
  MetricsServer(asio::io_context& context, std::uint16_t port, std::function<std::string()> page);
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  struct Connection;
  void accept();

  std::function<std::string()> page_;
  asio::ip::tcp::acceptor acceptor_;
};

}  // namespace winnow::run
