// SPDX-License-Identifier: Apache-2.0
#include "app/precedence.hpp"

#include <set>
#include <string>
#include <vector>

namespace mynah::cli {

setting_values combined(std::initializer_list<const setting_values*> layers,
                        const setting_table& table) {
  setting_values result;
  std::set<std::string> taken;
  for (const setting_values* layer : layers) {
    std::vector<std::string> here;
    for (const auto& [name, entry] : layer->all()) {
      const known_setting* setting = table.find(name);
      const std::string& slot = setting == nullptr ? name : setting->slot;
      if (taken.count(slot) != 0) continue;
      result.set(name, entry.values, entry.source);
      here.push_back(slot);
    }
    taken.insert(here.begin(), here.end());
  }
  return result;
}

}  // namespace mynah::cli
