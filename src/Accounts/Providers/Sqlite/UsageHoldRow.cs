using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>usage_reservations</c>, or several of one scope together.</summary>
internal sealed class UsageHoldRow
{
    public string Scope { get; set; } = "";

    public long Use { get; set; }

    public long Files { get; set; }

    public long Bytes { get; set; }

    public long Uploaded { get; set; }

    public long Downloaded { get; set; }

    public UsageAmount Reserved => new(Files, Bytes, Uploaded, Downloaded);

    public UnfinishedUsage ToUnfinished() => new(Scope, (UsageUse)Use, Reserved);
}
