// The rows of the table behind settings(), apart from the code that checks values against them.
#pragma once

#include <vector>

#include "trainer/protocol/settings.hpp"

namespace winnow::protocol {

std::vector<Setting> settings_table();
/// The first part of the table.
std::vector<Setting> settings_of_data();

}  // namespace winnow::protocol
