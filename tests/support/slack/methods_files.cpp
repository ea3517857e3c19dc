// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/post.hpp>

#include "methods_chat.hpp"
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json get_upload_url(call& now) {
  const std::int64_t length = now.args.number("length", 0);
  if (length < 1) throw api_error::invalid_arguments("length must be at least 1");
  if (length > 1'000'000'000) throw api_error("file_upload_size_restricted");
  file_record made;
  made.id = now.slack.all.ids.next('F');
  made.team_id = now.team();
  made.user = now.bot();
  made.name = now.args.needed("filename");
  made.title = made.name;
  made.snippet_type = now.args.text("snippet_type").value_or("");
  made.length = static_cast<std::size_t>(length);
  made.upload_key = identifiers::secret(40);
  const std::string id = made.id;
  const std::string url = "https://" + now.slack.how.websocket_host + ":" +
                          std::to_string(now.slack.port()) + "/upload/v1/" + made.upload_key;
  now.slack.all.files.emplace(id, std::move(made));
  return {{"upload_url", url}, {"file_id", id}};
}

json complete_upload(call& now) {
  const json wanted = now.args.structure("files");
  if (!wanted.is_array() || wanted.empty()) {
    throw api_error::invalid_arguments("missing required field: files");
  }
  std::vector<channel_record*> channels;
  std::vector<std::string> ids = now.args.list("channels");
  if (const auto one = now.args.text("channel_id")) ids.push_back(*one);
  for (const std::string& id : ids) {
    channel_record* found = now.slack.all.find_channel(now.team(), id);
    if (found == nullptr || !now.visible(*found)) throw api_error("channel_not_found");
    if (!found->has(now.bot())) throw api_error("not_in_channel");
    if (found->is_archived) throw api_error("is_archived");
    channels.push_back(found);
  }
  message_record share;
  share.user = now.bot();
  share.bot_id = now.installed->bot_id;
  share.subtype = "file_share";
  share.text = now.args.text("initial_comment").value_or("");
  if (now.args.has("thread_ts")) {
    if (channels.size() != 1) throw api_error("invalid_thread_ts");
    share.thread = read_thread(now, *channels.front());
  }
  std::vector<file_record*> files;
  for (const json& one : wanted) {
    if (!one.is_object() || !one.contains("id") || !one["id"].is_string()) {
      throw api_error::invalid_arguments("missing required field: id [json-pointer:/files/0]");
    }
    const auto found = now.slack.all.files.find(one["id"].get<std::string>());
    if (found == now.slack.all.files.end() || found->second.user != now.bot()) {
      throw api_error("file_not_found");
    }
    if (!found->second.uploaded) throw api_error("file_not_found");
    if (found->second.complete) throw api_error("file_update_failed");
    files.push_back(&found->second);
  }
  json shown = json::array();
  share.files = json::array();
  for (std::size_t i = 0; i < files.size(); ++i) {
    files[i]->complete = true;
    if (wanted[i].contains("title") && wanted[i]["title"].is_string()) {
      files[i]->title = wanted[i]["title"].get<std::string>();
    }
    for (const channel_record* in : channels) files[i]->channels.push_back(in->id);
    shown.push_back({{"id", files[i]->id}, {"title", files[i]->title}});
    share.files.push_back(file_json(*files[i]));
  }
  for (const channel_record* in : channels) {
    // The message appears on its own, after the answer.
    boost::asio::post(now.slack.context(), [&slack = now.slack, id = in->id, share] {
      slack.store(slack.all.channel(id), share);
    });
  }
  return {{"files", std::move(shown)}};
}

json files_info(call& now) {
  const auto found = now.slack.all.files.find(now.args.needed("file"));
  if (found == now.slack.all.files.end() || !found->second.complete) {
    throw api_error("file_not_found");
  }
  return {{"file", file_json(found->second)}};
}

json files_upload(call&) {
  throw api_error("method_deprecated");
}

}  // namespace

void add_file_methods(method_table& to) {
  to.emplace("files.getUploadURLExternal",
             method{get_upload_url, false, 4, {"files:write"}, {"filename", "length"}});
  to.emplace("files.completeUploadExternal",
             method{complete_upload, true, 4, {"files:write"}, {"files"}});
  to.emplace("files.info", method{files_info, false, 4, {"files:read"}, {"file"}});
  to.emplace("files.upload", method{files_upload, false, 2});
}

}  // namespace mynah_test::slack
