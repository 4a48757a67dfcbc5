using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UserDocument))]
internal sealed partial class UserDocumentJson : JsonSerializerContext;
