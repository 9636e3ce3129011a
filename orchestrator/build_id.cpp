#include "orchestrator/build_id.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace winnow::run {
namespace {

/// Of one segment of notes (elf(5), "Notes"): names and descriptors are padded to four bytes.
std::string build_id_in(std::string_view notes) {
  constexpr std::string_view owner("GNU\0", 4);
  constexpr auto padded = [](std::size_t bytes) { return (bytes + 3) / 4 * 4; };
  while (notes.size() >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes.data(), sizeof header);
    const std::size_t name_at = sizeof header;
    const std::size_t text_at = name_at + padded(header.n_namesz);
    if (notes.size() < text_at + header.n_descsz) break;
    if (header.n_type == NT_GNU_BUILD_ID && notes.substr(name_at, header.n_namesz) == owner) {
      std::string id;
      for (const char byte : notes.substr(text_at, header.n_descsz)) {
        id += fmt::format("{:02x}", static_cast<unsigned char>(byte));
      }
      return id;
    }
    notes.remove_prefix(std::min(notes.size(), text_at + padded(header.n_descsz)));
  }
  return "";
}

/// The first object that the loader names is the program itself.
int look_at_program(dl_phdr_info* info, std::size_t, void* found) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info->dlpi_phdr[i];
    if (segment.p_type != PT_NOTE) continue;
    const auto* start = reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr);
    auto& id = *static_cast<std::string*>(found);
    id = build_id_in({start, segment.p_memsz});
    if (!id.empty()) break;
  }
  return 1;
}

}  // namespace

std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(&look_at_program, &id);
  return id;
}

}  // namespace winnow::run
