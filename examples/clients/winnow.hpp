// What a C++ program needs to be a trial of Winnow: one header, standard library only (C++17).
//
//   const double lr = std::stod(winnow::param("lr", "0.1"));   // the default is for runs by hand
//   winnow::report(step, {{"loss", 1.5}});
//   if (winnow::should_stop()) { /* write a checkpoint */ return 75; }
#pragma once

#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace winnow {

inline std::string variable(const std::string& name, const std::string& otherwise = "") {
  const char* value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? value : otherwise;
}

inline std::string param(const std::string& name, const std::string& otherwise) {
  std::string key = "WINNOW_PARAM_";
  for (const unsigned char c : name)
    key += static_cast<char>(std::isalnum(c) ? std::toupper(c) : '_');
  return variable(key, otherwise);
}

inline void append(const std::string& line) {
  std::ofstream file(variable("WINNOW_REPORT_FILE", "/dev/stdout"), std::ios::app);
  file << line + "\n" << std::flush;  // one write: lines of several processes do not mix
}

inline void report(long long step, const std::map<std::string, double>& values) {
  std::ostringstream line;
  line.precision(17);
  line << "{\"step\":" << step;
  for (const auto& [metric, value] : values) {
    line << ",\"" << metric << "\":";
    if (value - value == 0)
      line << value;
    else
      line << (value != value ? "\"nan\"" : value > 0 ? "\"inf\"" : "\"-inf\"");
  }
  append(line.str() + "}");
}

inline void checkpoint(long long step, const std::string& folder) {
  append("{\"type\":\"checkpoint\",\"step\":" + std::to_string(step) + ",\"path\":\"" + folder +
         "\"}");
}

inline bool should_stop() {
  std::ifstream file(variable("WINNOW_CONTROL_FILE"));
  return file.peek() != std::ifstream::traits_type::eof();
}

}  // namespace winnow
