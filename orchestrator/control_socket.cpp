#include "orchestrator/control_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <istream>

#include "orchestrator/process/system_error.hpp"
#include "orchestrator/report/json_forms.hpp"
#include "searchers/problem/error.hpp"
#include "storage/owned_fd.hpp"

namespace winnow::run {
namespace {

using Protocol = asio::local::stream_protocol;

constexpr const char* socket_name = "control.sock";
// A word and a point of a thousand parameters with names as long as a study file may hold: half of
// such a file. Who sends more is not one of us.
constexpr std::size_t longest_line = 512 << 10;

/// The address of a socket has 108 bytes, a folder's path may have thousands: the folder is opened,
/// and named by its descriptor.
class SocketAddress {
 public:
  explicit SocketAddress(const std::filesystem::path& folder)
      : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!folder_.is_open()) throw_system_error("open " + folder.string());
  }
  Protocol::endpoint endpoint() const {
    return Protocol::endpoint(fmt::format("/proc/self/fd/{}/{}", folder_.value(), socket_name));
  }

 private:
  store::OwnedFd folder_;
};

/// Nobody but the owner can connect, from the first moment on.
class OwnerOnly {
 public:
  OwnerOnly() : before_(::umask(S_IRWXG | S_IRWXO | S_IXUSR)) {}
  ~OwnerOnly() { ::umask(before_); }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;

 private:
  mode_t before_;
};

[[noreturn]] void refuse(const std::string& doing, const boost::system::error_code& error) {
  throw SystemError(error.value(), doing);
}

}  // namespace

/// One that is being served: lives as long as its reads and writes.
struct ControlSocket::Connection : std::enable_shared_from_this<Connection> {
  explicit Connection(Protocol::socket socket, const Handler& handle)
      : stream(std::move(socket)), buffer(longest_line), handler(handle) {}

  void serve() {
    asio::async_read_until(
        stream, buffer, '\n',
        [self = shared_from_this()](boost::system::error_code error, std::size_t) {
          if (!error) self->answer();
        });
  }

  void answer() {
    std::istream lines(&buffer);
    std::string line;
    std::getline(lines, line);
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string rest = space < line.size() ? line.substr(space + 1) : "{}";
    const auto arguments = nlohmann::json::parse(rest, nullptr, /*allow_exceptions=*/false);
    if (arguments.is_object()) {
      reply = json_line(handler(line.substr(0, space), arguments));
    } else {
      reply = "{\"error\":\"expected a word and a JSON object\"}\n";
    }
    asio::async_write(stream, asio::buffer(reply),
                      [self = shared_from_this()](boost::system::error_code, std::size_t) {});
  }

  Protocol::socket stream;
  asio::streambuf buffer;
  const Handler& handler;
  std::string reply;
};

ControlSocket::ControlSocket(asio::io_context& context, const StudyFolder& folder, Handler handler)
    : path_(folder.path() / socket_name), handler_(std::move(handler)), acceptor_(context) {
  std::error_code none_there;  // that of a killed orchestrator
  std::filesystem::remove(path_, none_there);
  const SocketAddress address(folder.path());
  const OwnerOnly owner_only;
  boost::system::error_code error;
  acceptor_.open(Protocol(), error);
  if (!error) acceptor_.bind(address.endpoint(), error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) refuse("listen at " + path_.string(), error);
  accept();
}

ControlSocket::~ControlSocket() {
  std::error_code gone;
  std::filesystem::remove(path_, gone);
}

void ControlSocket::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, Protocol::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) std::make_shared<Connection>(std::move(socket), handler_)->serve();
    accept();
  });
}

std::optional<nlohmann::json> say_if_running(const StudyFolder& folder, const std::string& word,
                                             const nlohmann::json& arguments) {
  asio::io_context context;
  Protocol::socket socket(context);
  const SocketAddress address(folder.path());
  boost::system::error_code error;
  socket.connect(address.endpoint(), error);
  const bool nobody_there = error == boost::system::errc::no_such_file_or_directory ||
                            error == boost::system::errc::connection_refused;
  if (nobody_there) return std::nullopt;
  const std::string doing = "reach the orchestrator at " + (folder.path() / socket_name).string();
  if (error) refuse(doing, error);
  asio::write(socket, asio::buffer(word + " " + arguments.dump() + "\n"), error);
  std::string answer;
  if (!error) asio::read_until(socket, asio::dynamic_buffer(answer), '\n', error);
  if (error) refuse(doing, error);
  nlohmann::json json = nlohmann::json::parse(answer);
  if (json.contains("error")) throw ConfigError(word, json.at("error").get<std::string>());
  return json;
}

nlohmann::json say_to_orchestrator(const StudyFolder& folder, const std::string& word,
                                   const nlohmann::json& arguments) {
  std::optional<nlohmann::json> answer = say_if_running(folder, word, arguments);
  if (answer) return *std::move(answer);
  throw ConfigError("STUDY", fmt::format("no orchestrator is at work on this study; `winnow "
                                         "resume {}` goes on with it",
                                         folder.as_argument()));
}

}  // namespace winnow::run
