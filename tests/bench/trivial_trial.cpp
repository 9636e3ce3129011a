// The smallest trial that reports: it says when it was started, so that the time between two starts
// can be read from what a study stores. Its arguments are numbers, --x=1.5; it reports the sum of
// their squares. No C++ library and no stream: it should cost as little as a process can.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int count, char** arguments) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  double height = 0;
  for (int k = 1; k < count; ++k) {
    const char* equals = std::strchr(arguments[k], '=');
    const double number = equals != nullptr ? std::strtod(equals + 1, nullptr) : 0;
    height += number * number;
  }
  char line[128];
  const int size = std::snprintf(line, sizeof line, "{\"height\":%.17g,\"started_us\":%lld}\n",
                                 height, now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
  const char* file = std::getenv("WINNOW_REPORT_FILE");
  const int reports = file != nullptr ? ::open(file, O_WRONLY | O_APPEND) : 1;
  return ::write(reports, line, static_cast<size_t>(size)) == size ? 0 : 1;
}
