using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>What is said to the store, and what becomes of the answers.</summary>
internal sealed partial class UsageActor
{
    // Others may take what was just reserved; after so many statements the caller tries again itself.
    private const int MaxAsked = 4;

    // Who lacks what other nodes hold asks once a second, longer than it takes them to give back what they do not use.
    private const int MaxAskedOfOthers = 14;

    // What another node freed a moment ago is told by it within a second: of three statements two are a second apart.
    private const int MaxAskedOfFreed = 3;

    // So often a scope is asked for in which nothing happens here: others may have used or reset it, and a limit that is reached is not asked about by its users.
    private const int MaxQuietTicks = 10;

    /// <summary>Calls the store if it is free and there is something to say.</summary>
    private void CallNext()
    {
        if (book.IsCalling || book.Unanswered is not null)
        {
            return;
        }

        // An operator who gave up waiting was told that nobody knows; nothing is changed later behind its back.
        while (book.Changes.TryPeek(out UsageMessage.Change? given) && given is UsageMessage.Adjust { Reply.IsCompleted: true })
        {
            book.Changes.Dequeue();
        }

        if (book.Changes.TryPeek(out UsageMessage.Change? change) && ReferenceEquals(change, _toldBefore))
        {
            book.Changes.Dequeue();
            Send(change);
            return;
        }

        _toldBefore = change;
        UsageStatement? statement = MakeStatement();
        if (statement is not null)
        {
            Send(statement);
        }
        else if (change is not null)
        {
            CallNext();
        }
        else if (book.Finishing is { } finishing)
        {
            book.IsFinished = true;
            finishing.TrySet(true);
        }
    }

    private void Send(UsageStatement statement)
    {
        book.IsCalling = true;
        book.Unanswered = statement;
        statement.SentAt = book.Time.GetTimestamp();
        SettleAsync(statement).PipeTo(
            Self, answers => book.Arrive(new UsageMessage.Settled(statement, answers)), error => book.Arrive(new UsageMessage.NotSettled(statement, error)));
    }

    private void Send(UsageMessage.Change change)
    {
        book.IsCalling = true;
        ValueTask call = change switch
        {
            UsageMessage.Correct correct => NoteAsync(correct),
            UsageMessage.Adjust adjust => AdjustAsync(adjust),
            _ => throw new InvalidOperationException($"Unknown change {change.GetType().Name}."),
        };
        call.PipeTo(Self, () => book.Arrive(new UsageMessage.Changed(change, null)), error => book.Arrive(new UsageMessage.Changed(change, error)));
    }

    // Not cancelled: a statement that was given up would have to be sent again.
    private async ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageStatement statement) =>
        await book.Store.SettleAsync(book.Node, statement.Sequence, statement.Requests, CancellationToken.None).ConfigureAwait(false);

    // The figures were told by the statement before.
    private async ValueTask NoteAsync(UsageMessage.Correct correct)
    {
        UsageCorrection note = correct.Correction with { Files = 0, Bytes = 0 };
        ValueTask call = correct.IsRecovery
            ? book.Store.FinishAsync(book.Node, note.Scope, note, CancellationToken.None)
            : book.Store.CorrectAsync(note, CancellationToken.None);
        await call.ConfigureAwait(false);
    }

    private async ValueTask AdjustAsync(UsageMessage.Adjust adjust)
    {
        adjust.Begin();
        await book.Store.AdjustAsync(adjust.Adjustment, CancellationToken.None).ConfigureAwait(false);
    }

    private UsageStatement? MakeStatement()
    {
        bool isTick = _isTickDue;
        _isTickDue = false;
        var entries = new List<UsageEntry>();
        var requests = new List<UsageRequest>();
        bool isForAll = isTick || book.Finishing is not null;
        foreach (UsageEntry entry in isForAll ? book.ListEntries() : book.Asking.Union(book.Changes.Select(change => change.Entry)).ToArray())
        {
            // A change of it waits for what was consumed before.
            bool isDue = isForAll || !entry.WaitsForOthers || book.Changes.Any(change => ReferenceEquals(change.Entry, entry));
            if (isDue && MakeRequest(entry, isTick) is { } request)
            {
                entries.Add(entry);
                requests.Add(request);
            }
        }

        long since = book.AllToldAt;
        book.AllToldAt = isForAll ? book.Time.GetTimestamp() : since;
        return entries.Count == 0 ? null : new UsageStatement(++book.Sequence, entries, requests) { Since = since };
    }

    private UsageRequest? MakeRequest(UsageEntry entry, bool isTick)
    {
        entry.CollectNeeds();
        bool isRetired = book.Finishing is not null || (isTick && entry.Waiting.Count == 0 && book.TryRetire(entry, IdleTime));
        if (isRetired)
        {
            entry.ChangesFiles &= book.Finishing is not null && book.KeepsMark(entry);
            entry.CountsTransfers = false;
            if (entry.KnownUse == UsageUse.None && !entry.IsUnsettled)
            {
                book.Drop(entry);
                return null;
            }
        }
        else
        {
            entry.ChangesFiles |= entry.Ledger.Files.IsUnsettled || entry.Ledger.Bytes.IsUnsettled;
        }

        Span<long> wanted = stackalloc long[entry.Holds.Count];
        bool isWorthTelling = entry.Waiting.Count > 0 || entry.Use != entry.KnownUse || (entry.QuietTicks >= MaxQuietTicks && entry.Ledger.Bytes.IsLoaded);
        for (int i = 0; i < wanted.Length; i++)
        {
            wanted[i] = isRetired ? 0 : Choose(entry, entry.Holds[i], isTick, book.Nodes);
            isWorthTelling |= entry.Holds[i].IsWorthTelling(wanted[i]);
        }

        if (!isWorthTelling)
        {
            return null;
        }

        entry.QuietTicks = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            entry.Holds[i].Prepare(wanted[i]);
        }

        entry.Waiting.ForEach(static waiter => waiter.Asked++);
        return new UsageRequest
        {
            Scope = entry.Ledger.Scope,
            Consumed = new(entry.Files.Consumed, entry.Bytes.Consumed, entry.Uploaded.Consumed, entry.Downloaded.Consumed),
            Wanted = new(entry.Files.Asked, entry.Bytes.Asked, entry.Uploaded.Asked, entry.Downloaded.Asked),
            Limits = entry.Limits,
            Use = entry.Use,
        };
    }

    private static long Choose(UsageEntry entry, UsageHold hold, bool isTick, int nodes)
    {
        long wanted = hold.Choose(isTick, nodes);
        bool isWay = ReferenceEquals(hold, entry.Uploaded) || ReferenceEquals(hold, entry.Downloaded);
        return entry.IsSqueezed && isWay && !hold.IsFree ? Math.Min(wanted, hold.Need) : wanted;
    }

    private void OnSettled(UsageMessage.Settled settled)
    {
        if (book.IsFailureLogged)
        {
            book.IsFailureLogged = false;
            UsageLog.StoreAnswers(book.Logger);
        }

        if (book.Store is ISharedUsageStore)
        {
            book.Fence.Extend(settled.Statement.SentAt, ISharedUsageStore.SpendTime);
        }

        while (settled.Statement.Taken < settled.Answers.Count)
        {
            int i = settled.Statement.Taken++;
            book.Tries = 1;
            UsageEntry entry = settled.Statement.Entries[i];
            entry.Settle(settled.Answers[i]);
            DoubtIfLate(settled.Statement, i, settled.Answers[i]);
            entry.KnownUse = settled.Statement.Requests[i].Use;
            if (entry.KnownUse == UsageUse.Files)
            {
                entry.Ledger.SetInUse(true);
            }

            if (!settled.Answers[i].WasScanned)
            {
                OfferScan(settled.Statement.Requests[i]);
            }

            AnswerWaiting(entry);
        }

        book.Unanswered = null;
        book.CountStatement();
        book.EndCall();
        CallNext();
    }

    private void OnNotSettled(UsageMessage.NotSettled failed)
    {
        if (failed.Error is UsageRunEndedException ended)
        {
            OnRunEnded(ended);
            return;
        }

        LogFailure(failed.Error);
        foreach (UsageEntry entry in book.Asking.ToArray())
        {
            int waiting = entry.Waiting.Count;
            entry.Waiting.RemoveAll(waiter => TrySpendUnreserved(entry, waiter) && waiter.Reply.TrySet(StorageResult.Success));
            book.AddWaiting(entry.Waiting.Count - waiting);
            FailWaiting(entry, StorageError.Unavailable);
        }

        FailChanges();
        book.EndCall();
    }

    // Whoever counts the files waits for what others have to tell, but not for ever: what is told later may have been counted, too.
    private void DoubtIfLate(UsageStatement statement, int place, UsageAnswer answer)
    {
        UsageEntry entry = statement.Entries[place];
        bool wasCounted = answer.WasScanned && answer.ScannedAt != entry.ScannedAt;
        entry.ScannedAt = answer.ScannedAt;
        if (wasCounted && statement.Requests[place].Consumed is not { Files: 0, Bytes: 0 } && book.Store is ISharedUsageStore
            && book.Time.GetElapsedTime(statement.Since) >= UsageKeeper.TellingTime)
        {
            book.Doubtful.Add(entry.Ledger.Scope);
            book.Doubtful.Signal();
        }
    }

    // Nothing was ever counted, or it was forgotten because its user is gone.
    private void OfferScan(UsageRequest request)
    {
        if (request.Use != UsageUse.Transfers || request.Consumed != default)
        {
            book.FirstScans.Offer(request.Scope, hasFiles: request.Use == UsageUse.Files);
        }
    }

    /// <summary>
    /// While the store is away, who has no limit need not wait for it: what is taken above the reservation is told later, and a crash until then is followed by a count
    /// of the files, since the store knows that they are being changed.
    /// </summary>
    private static bool TrySpendUnreserved(UsageEntry entry, UsageWaiter waiter)
    {
        UsageNeed need = waiter.Need;
        bool isLimited = (need.Files > 0 && need.MaxFiles > 0) || (need.Bytes > 0 && need.MaxBytes > 0) || need.Uploaded > 0 || need.Downloaded > 0;
        if (isLimited || !entry.Ledger.IsInUse || !entry.Ledger.Bytes.IsLoaded)
        {
            return false;
        }

        entry.Files.Raise(need.Files);
        entry.Bytes.Raise(need.Bytes);
        return true;
    }

    private void AnswerWaiting(UsageEntry entry)
    {
        bool wasSqueezed = entry.IsSqueezed;
        entry.IsSqueezed = false;
        entry.WaitsForOthers = false;
        int waiting = entry.Waiting.Count;
        entry.Waiting.RemoveAll(waiter => waiter.Reply.IsCompleted || (waiter.Asked > 0 && TryAnswer(entry, waiter, wasSqueezed)));
        book.AddWaiting(entry.Waiting.Count - waiting);
        if (entry.Waiting.Count == 0)
        {
            book.Asking.Remove(entry);
        }
    }

    private bool TryAnswer(UsageEntry entry, UsageWaiter waiter, bool wasSqueezed)
    {
        if (PassesLimit(entry.Ledger, waiter.Need))
        {
            if (book.Nodes > 1 && waiter.IsPatient && waiter.Asked < MaxAskedOfFreed)
            {
                entry.WaitsForOthers = true;
                return false;
            }

            return Refuse(entry, waiter);
        }

        if (IsCovered(entry, waiter) || (!IsCut(entry, waiter) && waiter.Asked >= MaxAsked))
        {
            waiter.Reply.TrySet(StorageResult.Success);
            return true;
        }

        if (!IsCut(entry, waiter))
        {
            return false;
        }

        // What one way of transfer has reserved may be what the other one lacks.
        if (!wasSqueezed && CanSqueeze(entry, waiter))
        {
            entry.IsSqueezed = true;
            return false;
        }

        if (book.Nodes > 1 && waiter.IsPatient && waiter.Asked < MaxAskedOfOthers && OthersHold(entry, waiter))
        {
            entry.WaitsForOthers = true;
            return false;
        }

        return Refuse(entry, waiter);
    }

    private bool Refuse(UsageEntry entry, UsageWaiter waiter)
    {
        entry.RefusedAt = book.Time.GetTimestamp();
        book.CountExhausted();
        waiter.Reply.TrySet(StorageError.QuotaExceeded);
        return true;
    }

    private static bool IsCovered(UsageEntry entry, UsageWaiter waiter) =>
        entry.Ledger.Bytes.IsLoaded
        && entry.Files.Covers(waiter.Need.Files)
        && entry.Bytes.Covers(waiter.Need.Bytes)
        && entry.Uploaded.Covers(waiter.Need.Uploaded)
        && entry.Downloaded.Covers(waiter.Need.Downloaded);

    private static bool IsCut(UsageEntry entry, UsageWaiter waiter) =>
        IsCut(entry.Files, waiter.Need.Files)
        || IsCut(entry.Bytes, waiter.Need.Bytes)
        || IsCut(entry.Uploaded, waiter.Need.Uploaded)
        || IsCut(entry.Downloaded, waiter.Need.Downloaded);

    private static bool IsCut(UsageHold hold, long need) => hold.WasCut && !hold.Covers(need);

    // The limit leaves room for it, beside what is in use.
    private static bool OthersHold(UsageEntry entry, UsageWaiter waiter) =>
        OthersHold(entry.Files, waiter.Need.Files)
        && OthersHold(entry.Bytes, waiter.Need.Bytes)
        && OthersHold(entry.Uploaded, waiter.Need.Uploaded)
        && OthersHold(entry.Downloaded, waiter.Need.Downloaded);

    private static bool OthersHold(UsageHold hold, long need) => !IsCut(hold, need) || hold.HeldByOthers > 0;

    private static bool CanSqueeze(UsageEntry entry, UsageWaiter waiter) =>
        waiter.Need.MaxTransferred > 0
        && ((waiter.Need.Uploaded > 0 && entry.Downloaded.HasRoom) || (waiter.Need.Downloaded > 0 && entry.Uploaded.HasRoom));

    private static bool PassesLimit(UsageLedger ledger, UsageNeed need) =>
        Passes(ledger.Files, need.Files, need.MaxFiles)
        || Passes(ledger.Bytes, need.Bytes, need.MaxBytes)
        || Passes(ledger.Uploaded, need.Uploaded, need.MaxUploaded)
        || Passes(ledger.Downloaded, need.Downloaded, need.MaxDownloaded)
        || Passes(ledger.Transferred, need.Uploaded + need.Downloaded, need.MaxTransferred);

    private static bool Passes(UsageCounter counter, long need, long limit) => need > 0 && limit > 0 && need > limit - Math.Min(limit, counter.Value);

    private void FailWaiting(UsageEntry entry, StorageError error)
    {
        if (error == StorageError.Unavailable)
        {
            entry.Waiting.ForEach(_ => book.CountUnavailable());
        }

        entry.Waiting.ForEach(waiter => waiter.Reply.TrySet(error));
        book.AddWaiting(-entry.Waiting.Count);
        entry.Waiting.Clear();
        book.Asking.Remove(entry);
    }
}
