// How commands reach the orchestrator of a running study: a Unix socket in the study's folder, open
// to its owner only (mode 0600). One line with a word and a JSON object in, one JSON object out,
// and the connection closes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "orchestrator/study_folder.hpp"

namespace winnow::run {

namespace asio = boost::asio;

class ControlSocket {
 public:
  /// What a word does, with the object behind it; {"error": "…"} for one that it refuses.
  using Handler = std::function<nlohmann::ordered_json(const std::string& word,
                                                       const nlohmann::json& arguments)>;

  /// Listens until it goes, and removes the socket then. Needs: the study's lock is held. Throws
  /// SystemError.
  ControlSocket(asio::io_context& context, const StudyFolder& folder, Handler handler);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  struct Connection;
  void accept();

  std::filesystem::path path_;
  Handler handler_;
  asio::local::stream_protocol::acceptor acceptor_;
};

/// Says `word` to the orchestrator of a study; its answer, or nothing when none is at work. Throws
/// ConfigError when it refuses; SystemError.
std::optional<nlohmann::json> say_if_running(
    const StudyFolder& folder, const std::string& word,
    const nlohmann::json& arguments = nlohmann::json::object());
/// The same; that none is at work is a ConfigError.
nlohmann::json say_to_orchestrator(const StudyFolder& folder, const std::string& word,
                                   const nlohmann::json& arguments = nlohmann::json::object());

}  // namespace winnow::run
