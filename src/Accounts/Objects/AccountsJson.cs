using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>JSON of the objects: names of spec/20, unknown fields ignored, numbers never in quotes, null for what has a default.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    MaxDepth = 32,
    Converters = [typeof(NullAsDefaultConverter)])]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Folder))]
[JsonSerializable(typeof(Admin))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(Share))]
[JsonSerializable(typeof(IpListEntry))]
[JsonSerializable(typeof(EventAction))]
[JsonSerializable(typeof(EventRule))]
[JsonSerializable(typeof(Configuration))]
[JsonSerializable(typeof(BackupData))]
[JsonSerializable(typeof(IReadOnlyList<User>))]
[JsonSerializable(typeof(IReadOnlyList<Group>))]
[JsonSerializable(typeof(IReadOnlyList<Folder>))]
[JsonSerializable(typeof(IReadOnlyList<Admin>))]
[JsonSerializable(typeof(IReadOnlyList<Role>))]
[JsonSerializable(typeof(IReadOnlyList<ApiKey>))]
[JsonSerializable(typeof(IReadOnlyList<Share>))]
[JsonSerializable(typeof(IReadOnlyList<IpListEntry>))]
[JsonSerializable(typeof(IReadOnlyList<EventAction>))]
[JsonSerializable(typeof(IReadOnlyList<EventRule>))]
public sealed partial class AccountsJson : JsonSerializerContext;
