using Hpc.Accounts.Usage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>What becomes of a run that another node ended.</summary>
internal sealed partial class UsageActor
{
    /// <summary>
    /// Nothing is held any more, and nothing is spent until the first statement of a new run is answered. What was consumed and not told is told by it: files that the other node
    /// has counted meanwhile are in twice then, until they are counted again here. What was moved under a limit is not: all that was held for it counts as moved.
    /// </summary>
    private void OnRunEnded(UsageRunEndedException ended)
    {
        book.Fence.Close();
        Dictionary<UsageEntry, UsageUse> told = UsesOf(book.Unanswered);
        int doubtful = 0;
        foreach (UsageEntry entry in book.ListEntries())
        {
            bool isTold = told.TryGetValue(entry, out UsageUse use);
            bool hadFiles = entry.KnownUse == UsageUse.Files || use == UsageUse.Files;
            entry.Abandon(isTold && ended.WasTaken);
            if (hadFiles)
            {
                book.Doubtful.Add(entry.Ledger.Scope);
                doubtful++;
            }
        }

        UsageLog.RunEnded(book.Logger, book.Node.Epoch, doubtful);
        book.BeginRun();
        book.Doubtful.Signal();
        _toldBefore = null;
        _isTickDue = true;
        book.EndCall();
        CallNext();
    }

    private static Dictionary<UsageEntry, UsageUse> UsesOf(UsageStatement? statement)
    {
        var uses = new Dictionary<UsageEntry, UsageUse>();
        for (int i = 0; i < statement?.Entries.Count; i++)
        {
            uses[statement.Entries[i]] = statement.Requests[i].Use;
        }

        return uses;
    }

    private static bool IsLimited(UsageNeed need) =>
        (need.Files > 0 && need.MaxFiles > 0)
        || (need.Bytes > 0 && need.MaxBytes > 0)
        || (need.Uploaded > 0 && (need.MaxUploaded > 0 || need.MaxTransferred > 0))
        || (need.Downloaded > 0 && (need.MaxDownloaded > 0 || need.MaxTransferred > 0));
}
