#include "tests/support/faulty_disk.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace winnow::tests {

/// SQLite allocates room for it; the system's own file lies behind it.
struct FaultyDisk::File {
  sqlite3_file base;
  FaultyDisk* disk;
  const char* path;  // SQLite keeps it as long as the file is open; null for a temporary one
};

/// What SQLite calls. Everything that is not about to fail or to be recorded goes to the system.
struct FaultyDisk::Calls {
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* system(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(&of(file) + 1);
  }

  static int close(sqlite3_file* file) { return system(file)->pMethods->xClose(system(file)); }

  static int read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
    if (const int fault = of(file).disk->fault_of(DiskCall::read)) return fault;
    return system(file)->pMethods->xRead(system(file), bytes, size, offset);
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    FaultyDisk& disk = *of(file).disk;
    if (const int fault = disk.fault_of(DiskCall::write)) return fault;
    disk.note(DiskChange::Kind::write, of(file).path, offset,
              {static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    return system(file)->pMethods->xWrite(system(file), bytes, size, offset);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    FaultyDisk& disk = *of(file).disk;
    if (const int fault = disk.fault_of(DiskCall::truncate)) return fault;
    disk.note(DiskChange::Kind::truncate, of(file).path, size, {});
    return system(file)->pMethods->xTruncate(system(file), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    FaultyDisk& disk = *of(file).disk;
    if (const int fault = disk.fault_of(DiskCall::sync)) return fault;
    disk.note(DiskChange::Kind::sync, of(file).path, 0, {});
    if (disk.skipping_syncs_) return SQLITE_OK;
    return system(file)->pMethods->xSync(system(file), flags);
  }

  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return system(file)->pMethods->xFileSize(system(file), size);
  }
  static int lock(sqlite3_file* file, int kind) {
    return system(file)->pMethods->xLock(system(file), kind);
  }
  static int unlock(sqlite3_file* file, int kind) {
    return system(file)->pMethods->xUnlock(system(file), kind);
  }
  static int check_reserved_lock(sqlite3_file* file, int* is_locked) {
    return system(file)->pMethods->xCheckReservedLock(system(file), is_locked);
  }
  static int file_control(sqlite3_file* file, int operation, void* argument) {
    return system(file)->pMethods->xFileControl(system(file), operation, argument);
  }
  static int sector_size(sqlite3_file* file) {
    return system(file)->pMethods->xSectorSize(system(file));
  }
  static int characteristics(sqlite3_file* file) {
    return system(file)->pMethods->xDeviceCharacteristics(system(file));
  }
  static int map_shared(sqlite3_file* file, int region, int size, int extend,
                        void volatile** memory) {
    return system(file)->pMethods->xShmMap(system(file), region, size, extend, memory);
  }
  static int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return system(file)->pMethods->xShmLock(system(file), offset, count, flags);
  }
  static void shared_barrier(sqlite3_file* file) {
    system(file)->pMethods->xShmBarrier(system(file));
  }
  static int unmap_shared(sqlite3_file* file, int remove) {
    return system(file)->pMethods->xShmUnmap(system(file), remove);
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* opened) {
    // Version 2: without memory-mapped reading, which no call of ours would see.
    static const sqlite3_io_methods methods = {2,
                                               &close,
                                               &read,
                                               &write,
                                               &truncate,
                                               &sync,
                                               &file_size,
                                               &lock,
                                               &unlock,
                                               &check_reserved_lock,
                                               &file_control,
                                               &sector_size,
                                               &characteristics,
                                               &map_shared,
                                               &lock_shared,
                                               &shared_barrier,
                                               &unmap_shared,
                                               nullptr,
                                               nullptr};
    auto& disk = *static_cast<FaultyDisk*>(vfs->pAppData);
    of(file) = File{{nullptr}, &disk, path};
    const int code = disk.system_->xOpen(disk.system_, path, system(file), flags, opened);
    if (system(file)->pMethods != nullptr) file->pMethods = &methods;
    return code;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    auto& disk = *static_cast<FaultyDisk*>(vfs->pAppData);
    disk.note(DiskChange::Kind::remove, path, 0, {});
    return disk.system_->xDelete(disk.system_, path, sync_folder);
  }
};

FaultyDisk::FaultyDisk() : system_(sqlite3_vfs_find(nullptr)), vfs_(*system_) {
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
  vfs_.xOpen = &Calls::open;
  vfs_.xDelete = &Calls::remove;
  if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("no second VFS");
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(system_, 1);
}

void FaultyDisk::fail(DiskCall call, int nth, int code, Lasts lasts) {
  failing_ = call;
  nth_ = nth;
  code_ = code;
  lasts_ = lasts;
  while_there_.clear();
  failures_ = 0;
}

void FaultyDisk::fail_while(DiskCall call, int nth, int code, std::filesystem::path file) {
  fail(call, nth, code, Lasts::for_ever);
  while_there_ = std::move(file);
}

int FaultyDisk::fault_of(DiskCall call) {
  if (nth_ == 0 || call != failing_) return SQLITE_OK;
  if (nth_ > 1) {
    --nth_;
    return SQLITE_OK;
  }
  if (!while_there_.empty() && !std::filesystem::exists(while_there_)) return SQLITE_OK;
  if (lasts_ == Lasts::once) nth_ = 0;
  ++failures_;
  return code_;
}

void FaultyDisk::note(DiskChange::Kind kind, const char* path, std::int64_t offset,
                      std::string bytes) {
  if (!recording_ || path == nullptr) return;
  changes_.push_back({kind, std::filesystem::path(path).filename(), offset, std::move(bytes)});
}

// --- power cuts ----------------------------------------------------------------------------------

namespace {

// What a disk writes completely or not at all.
constexpr std::size_t sector_bytes = 512;

void write_at(std::string& bytes, std::size_t offset, std::string_view written) {
  if (bytes.size() < offset + written.size()) bytes.resize(offset + written.size());
  std::ranges::copy(written, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

void apply(const DiskChange& change, DiskFiles& files) {
  const auto offset = static_cast<std::size_t>(change.offset);
  if (change.kind == DiskChange::Kind::write) write_at(files[change.file], offset, change.bytes);
  if (change.kind == DiskChange::Kind::truncate) files[change.file].resize(offset);
  if (change.kind == DiskChange::Kind::remove) files.erase(change.file);
}

/// Each sector of a write, and anything else as a whole, by the toss of a coin.
void apply_some(const DiskChange& change, DiskFiles& files, std::mt19937& random) {
  if (change.kind != DiskChange::Kind::write) {
    if (random() % 2 == 0) apply(change, files);
    return;
  }
  for (std::size_t at = 0; at < change.bytes.size();) {
    const std::size_t place = static_cast<std::size_t>(change.offset) + at;
    const std::size_t size =
        std::min(sector_bytes - place % sector_bytes, change.bytes.size() - at);
    if (random() % 2 == 0) {
      write_at(files[change.file], place, std::string_view(change.bytes).substr(at, size));
    }
    at += size;
  }
}

}  // namespace

DiskFiles after_power_cut(DiskFiles before, std::span<const DiskChange> changes, Unsynced unsynced,
                          std::mt19937& random) {
  DiskFiles files = std::move(before);
  std::map<std::string, std::vector<const DiskChange*>> waiting;  // by file
  for (const DiskChange& change : changes) {
    if (change.kind != DiskChange::Kind::sync) {
      waiting[change.file].push_back(&change);
      continue;
    }
    for (const DiskChange* synced : waiting[change.file]) apply(*synced, files);
    waiting.erase(change.file);
  }
  for (const auto& [file, unsafe] : waiting) {
    for (const DiskChange* change : unsafe) {
      if (unsynced == Unsynced::kept) apply(*change, files);
      if (unsynced == Unsynced::some) apply_some(*change, files, random);
    }
  }
  return files;
}

}  // namespace winnow::tests
