using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sqlite;

/// <summary>A key in a row.</summary>
internal sealed class KeyRow
{
    public long Kind { get; set; }

    public string Name { get; set; } = "";

    public ObjectKey ToKey() => new((ObjectKind)Kind, Name);
}
