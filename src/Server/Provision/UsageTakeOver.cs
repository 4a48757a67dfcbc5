using System.Security.Cryptography;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>
/// What this node counted in <c>usage.db</c> goes once into the database that counts for all nodes: scopes that are known there stay as they are, since another node brought them.
/// All are counted anew when their files are first changed, because a node for itself did not see what the others did.
/// </summary>
internal sealed partial class UsageTakeOver(string file, UsageNode before, string nodeId, ISharedUsageStore store, ILogger logger)
{
    private const int Page = 500;

    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>What the file is called afterwards.</summary>
    public static string NameAfter(string file) => file + ".taken-over";

    /// <summary>Does nothing without the file. What it was interrupted in is done again, and changes nothing twice.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            return;
        }

        using (SqliteUsageStore old = await SqliteUsageStore.OpenAsync(file, TimeProvider.System, ct).ConfigureAwait(false))
        {
            (int taken, int known) = await CopyCountsAsync(old, ct).ConfigureAwait(false);
            await CopyRunsAsync(old, ct).ConfigureAwait(false);
            TakenOver(logger, taken, file, known);
        }

        foreach (string part in Suffixes.Where(suffix => File.Exists(file + suffix)))
        {
            File.Move(file + part, NameAfter(file) + part, overwrite: true);
        }
    }

    private async Task<(int Taken, int Known)> CopyCountsAsync(SqliteUsageStore old, CancellationToken ct)
    {
        (int taken, int known) = (0, 0);
        string? after = null;
        while (true)
        {
            IReadOnlyList<UsageRecord> page = await old.ListAsync(after, Page, ct).ConfigureAwait(false);
            foreach (UsageRecord record in page)
            {
                // Who held it runs no more: what may have been moved counts as moved.
                UsageAmount used = record.Used + (record.Reserved with { Files = 0, Bytes = 0 });
                bool isTaken = await store.TryTakeOverAsync(record with { Used = used }, ct).ConfigureAwait(false);
                (taken, known) = isTaken ? (taken + 1, known) : (taken, known + 1);
            }

            if (page.Count < Page)
            {
                return (taken, known);
            }

            after = page[^1].Scope;
        }
    }

    // Left-over temporaries carry the names of the runs that made them, and scopes that a crash left are walked by the start.
    private async Task CopyRunsAsync(SqliteUsageStore old, CancellationToken ct)
    {
        foreach (string epoch in await old.BeginAsync(before, ct).ConfigureAwait(false))
        {
            await store.BeginAsync(new UsageNode(nodeId, epoch), ct).ConfigureAwait(false);
        }

        UsageRequest[] marks =
        [
            .. (await old.ListUnfinishedAsync(before, ct).ConfigureAwait(false)).Where(static scope => scope.Use == UsageUse.Files)
                .Select(static scope => new UsageRequest { Scope = scope.Scope, Use = UsageUse.Files }),
        ];
        var run = new UsageNode(nodeId, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        long sequence = 0;
        foreach (UsageRequest[] some in marks.Chunk(Page))
        {
            await store.SettleAsync(run, ++sequence, some, ct).ConfigureAwait(false);
        }
    }

    [LoggerMessage(4060, LogLevel.Information, "what is in use is kept in the database, for all nodes together: what {Taken} users and folders had in use was taken over from {FilePath}, which is not read again; {Known} were known there already. Files are counted anew when they are first changed")]
    private static partial void TakenOver(ILogger logger, int taken, string filePath, int known);
}
