using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>objects</c>.</summary>
internal sealed class ObjectRow
{
    /// <summary>The columns in the names of this class. A document is kept byte by byte.</summary>
    public const string Columns =
        "o.kind AS Kind, o.name AS Name, o.id AS Id, o.version AS Version, o.stamp AS Stamp, o.role AS Role, CAST(o.document AS BLOB) AS Document";

    public long Kind { get; set; }

    public string Name { get; set; } = "";

    public long Id { get; set; }

    public long Version { get; set; }

    public long Stamp { get; set; }

    public string Role { get; set; } = "";

    public byte[] Document { get; set; } = [];

    public StoredObject ToStored() => new(new ObjectKey((ObjectKind)Kind, Name), Id, Version, Stamp, Role, Document);
}
