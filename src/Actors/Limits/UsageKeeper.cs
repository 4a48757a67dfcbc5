using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits;

/// <summary>
/// Holds the ledgers of the scopes in use on this node, and keeps them and the store in step: <c>/server/usage</c> reserves what they are about to take,
/// settles once a second what they took, and gives back what is not needed. While the store is away, what is reserved can be spent.
/// </summary>
public sealed partial class UsageKeeper : IUsageReserver
{
    private const string StoreUnavailable = "What is in use cannot be changed: the usage store does not answer.";

    private const string AdjustmentUnknown = "The usage store does not answer; whether it makes the change that was begun is not known. Look at what it counts before changing it again.";

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly UsageBook _book;
    private readonly ActorRef<UsageMessage> _actor;

    /// <summary>Makes the keeper and the actor <c>usage</c>.</summary>
    /// <param name="system">The system that the actor lives in, and whose clock it has; one keeper each.</param>
    /// <param name="store">Where it settles.</param>
    /// <param name="node">This node and this run of it.</param>
    /// <param name="logger">Where failures and recoveries are logged.</param>
    public UsageKeeper(ActorSystem system, IUsageStore store, UsageNode node, ILogger<UsageKeeper> logger)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(logger);
        _book = new UsageBook(this, store, node, system.TimeProvider, logger);
        _actor = system.Spawn(UsageActor.PropsFor(_book), "usage");
    }

    /// <summary>
    /// How many nodes share the store, 1 or more; it may change at any time. With several, each reserves a smaller part of what is left, and who lacks what others hold
    /// waits for them to give it back: they do so within seconds if they do not use it.
    /// </summary>
    public int Nodes
    {
        get => _book.Nodes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _book.Nodes = value;
        }
    }

    internal UsageBook Book => _book;

    /// <summary>Figures for metrics.</summary>
    public UsageCounters Counters => _book.ReadCounters();

    /// <summary>
    /// The ledger of a scope, for as long as it is not released: for a session, and for what it leaves behind. It is there at once; the first that takes from it
    /// has it loaded by reserving.
    /// </summary>
    public UsageLedger Acquire(string scope)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        return _book.Acquire(scope).Ledger;
    }

    /// <summary>Ends one <see cref="Acquire"/>. A ledger that nobody has is settled and dropped after 30 s, and what it had reserved is given back.</summary>
    public void Release(UsageLedger ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        _book.Release(ledger);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> ReserveAsync(UsageLedger ledger, UsageNeed need, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return AskAsync(ledger, need, changesFiles: need.Bytes > 0 || need.Files > 0, ct);
    }

    /// <summary>
    /// Has the store note that files of the ledger's scope are being changed, so that after a crash they are counted again and left-over temporaries are found.
    /// The note lasts for as long as the ledger is held.
    /// </summary>
    public ValueTask<StorageResult> MarkInUseAsync(UsageLedger ledger, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return ledger.IsInUse ? new(StorageResult.Success) : AskAsync(ledger, default, changesFiles: true, ct);
    }

    /// <summary>Sets what was moved in a scope to 0; its users here see it a second later. False if nothing was ever counted in the scope.</summary>
    /// <exception cref="Exception">The store does not work.</exception>
    public async ValueTask<bool> ResetTransferAsync(string scope, CancellationToken ct)
    {
        // What was moved here and is not settled yet would be added to what the reset leaves.
        if (_book.Find(scope) is not null)
        {
            await AdjustAsync(new UsageAdjustment(scope, IsAdded: false, Files: null, Bytes: null, Uploaded: 0, Downloaded: 0, _book.Time.GetUtcNow()), ct).ConfigureAwait(false);
        }

        bool isKnown = await _book.Store.ResetTransferAsync(scope, _book.Time.GetUtcNow(), ct).ConfigureAwait(false);
        if (_book.Find(scope) is { } entry)
        {
            _actor.Tell(new UsageMessage.Refresh(entry));
        }

        return isKnown;
    }

    /// <summary>
    /// Applies what an operator or a dump says is in use, once what was consumed here until then is settled; users of the scope here see it a second later.
    /// </summary>
    /// <exception cref="Exception">The store does not work.</exception>
    public async ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        if (_book.Find(adjustment.Scope) is null)
        {
            await _book.Store.AdjustAsync(adjustment, ct).ConfigureAwait(false);
            if (_book.Find(adjustment.Scope) is { } acquired)
            {
                _actor.Tell(new UsageMessage.Refresh(acquired));
            }

            return;
        }

        UsageEntry entry = _book.Acquire(adjustment.Scope);
        UsageMessage.Adjust? message = null;
        try
        {
            if (!await _actor.AskAsync<bool>(reply => message = new UsageMessage.Adjust(entry, adjustment, reply), AnswerTimeout, ct).ConfigureAwait(false))
            {
                throw new DataProviderException(StoreUnavailable);
            }
        }
        catch (Exception error) when (error is AskTimeoutException or DeadLetterException)
        {
            throw new DataProviderException(message is { IsBegun: true } ? AdjustmentUnknown : StoreUnavailable, error);
        }
        finally
        {
            _book.Release(entry.Ledger);
        }
    }

    /// <summary>Settles everything, when no file is open for writing any more.</summary>
    public Task<bool> StopAsync(CancellationToken ct) => StopAsync(new HashSet<string>(), ct);

    /// <summary>Settles everything and gives back what is reserved, so that the next start finds nothing unfinished. Nothing can be reserved from then on.</summary>
    /// <param name="stillOpen">Scopes with files that are still open for writing: of them the next start counts the files, and clears up their temporaries.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>False if the store did not take it before <paramref name="ct"/> was cancelled: the next start recovers.</returns>
    public async Task<bool> StopAsync(IReadOnlySet<string> stillOpen, CancellationToken ct)
    {
        try
        {
            return await _actor.AskAsync<bool>(reply => new UsageMessage.Finish(stillOpen, reply), AnswerTimeout, ct).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return false;
        }
    }

    private async ValueTask<StorageResult> AskAsync(UsageLedger ledger, UsageNeed need, bool changesFiles, CancellationToken ct)
    {
        if (_book.Find(ledger) is not { } entry)
        {
            // Nobody has it any more: what would be taken would be counted nowhere.
            return StorageError.Cancelled;
        }

        try
        {
            return await _actor.AskAsync<StorageResult>(
                reply => new UsageMessage.Reserve(entry, need, changesFiles, reply), AnswerTimeout, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return StorageError.Cancelled;
        }
        catch (DeadLetterException)
        {
            return StorageError.LimitReached;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // No answer in time; or the actor failed, which is logged where it did.
            _book.CountUnavailable();
            return StorageError.Unavailable;
        }
    }
}
