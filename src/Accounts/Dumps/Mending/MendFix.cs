using System.Text.Json.Nodes;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>Makes of a value that is refused one that is not; false if there is none. Null takes it away.</summary>
internal delegate bool MendFix(JsonNode? value, out JsonNode? mended);
