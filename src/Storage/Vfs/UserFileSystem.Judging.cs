using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    // A link that is swapped faster than this is not followed.
    private const int MostLinkRounds = 4;

    /// <summary>
    /// The way of every operation. It is judged on its paths as written and done where no link is followed, so nothing can come between the check and the use.
    /// Only where a link is met, the backend is asked where it leads, that place is judged too, and the operation is done there, again without links.
    /// </summary>
    private async ValueTask<TResult> RunAsync<TOperation, TAnswer, TResult>(
        TOperation operation, VirtualPath path, VirtualPath? otherPath, long startedAt, CancellationToken ct)
        where TOperation : struct, INameOperation<TAnswer, TResult>
        where TAnswer : struct, IStorageOutcome<TAnswer>
        where TResult : struct, IStorageOutcome<TResult>
    {
        if (!TryEnter())
        {
            return TResult.Failed(StorageError.Cancelled);
        }

        try
        {
            Location entry = Locate(path);
            Location other = otherPath is { } second ? Locate(second) : default;
            StorageError refusal = operation.Judge(entry, other);
            TAnswer answer = refusal == StorageError.None
                ? await operation.RunAsync(entry, other, ct).ConfigureAwait(false)
                : TAnswer.Failed(refusal);

            // A method of its own, and a Task, so that what waits for storage where no link is met has no room for what links need.
            return answer.Error == StorageError.LinkLoop && MayLead(entry, other)
                ? await RunWhereLinksLeadAsync<TOperation, TAnswer, TResult>(operation, path, otherPath, startedAt, ct).ConfigureAwait(false)
                : Finish<TOperation, TAnswer, TResult>(operation, refusal, answer, entry, other, path, otherPath, startedAt);
        }
        finally
        {
            Leave();
        }
    }

    private async Task<TResult> RunWhereLinksLeadAsync<TOperation, TAnswer, TResult>(
        TOperation operation, VirtualPath path, VirtualPath? otherPath, long startedAt, CancellationToken ct)
        where TOperation : struct, INameOperation<TAnswer, TResult>
        where TAnswer : struct, IStorageOutcome<TAnswer>
        where TResult : struct, IStorageOutcome<TResult>
    {
        VirtualPath last = path;
        VirtualPath? lastOther = otherPath;
        for (int round = 0; round < MostLinkRounds; round++)
        {
            (StorageError refusal, Location entry) = await FollowAsync(path, operation.Traits.FollowsLink, ct).ConfigureAwait(false);
            Location other = default;
            if (refusal == StorageError.None && otherPath is { } target)
            {
                (refusal, other) = await FollowAsync(target, followsLast: false, ct).ConfigureAwait(false);
            }

            refusal = refusal == StorageError.None ? operation.Judge(entry, other) : refusal;
            TAnswer answer = refusal == StorageError.None
                ? await operation.RunAsync(entry, other, ct).ConfigureAwait(false)
                : TAnswer.Failed(refusal);
            if (answer.Error != StorageError.LinkLoop || !MayLead(entry, other))
            {
                return Finish<TOperation, TAnswer, TResult>(operation, refusal, answer, entry, other, path, otherPath, startedAt);
            }

            // Asking again would be answered the same; only a link that was swapped in between leads elsewhere.
            if (refusal != StorageError.None || (entry.Outer == last && (otherPath is null || other.Outer == lastOther)))
            {
                break;
            }

            (last, lastOther) = (entry.Outer, other.Outer);
        }

        const StorageError Refused = StorageError.AccessDenied;
        return Finish<TOperation, TAnswer, TResult>(operation, Refused, TAnswer.Failed(Refused), default, default, path, otherPath, startedAt);
    }

    /// <summary>What the caller gets, and the event unless it comes later.</summary>
    private TResult Finish<TOperation, TAnswer, TResult>(
        in TOperation operation, StorageError refusal, in TAnswer answer, in Location entry, in Location other, VirtualPath path, VirtualPath? otherPath, long startedAt)
        where TOperation : struct, INameOperation<TAnswer, TResult>
        where TAnswer : struct, IStorageOutcome<TAnswer>
        where TResult : struct, IStorageOutcome<TResult>
    {
        TResult result = refusal == StorageError.None ? operation.Conclude(answer, entry, other) : TResult.Failed(refusal);
        OperationTraits traits = operation.Traits;
        if (_events.AreTold && !traits.IsSilent && !(traits.IsToldLater && result.Error == StorageError.None))
        {
            FileEvent told = _events.Make(traits.Kind, path, otherPath, startedAt, result.Error);
            _events.Tell(operation.Describe(told, answer));
        }

        return result;
    }

    // A link where a directory leads to mounts is covered by it.
    private static bool MayLead(in Location entry, in Location other) =>
        (entry.Place.NeedsJudgedLinks || other.Place.NeedsJudgedLinks) && !entry.LeadsToMounts;

    private Location Locate(VirtualPath path)
    {
        Place place = _policy.Find(path);
        MountedFiles mounted = _mounts[place.Mount];
        if (mounted.TracksPaths)
        {
            place = place with { NeedsJudgedLinks = true };
        }

        return new Location { Mounted = mounted, Place = place, Outer = path, Inner = PathPolicy.Inner(mounted.Mount, path) };
    }

    /// <summary>Where a path leads when its links are followed, with what is allowed both there and at the path as written.</summary>
    private async ValueTask<(StorageError Error, Location Location)> FollowAsync(VirtualPath path, bool followsLast, CancellationToken ct)
    {
        Location written = Locate(path);
        if (!written.Place.NeedsJudgedLinks || written.Inner.IsRoot)
        {
            return (StorageError.None, written);
        }

        IFileSystem backend = written.Mounted.Mount.Files;
        StorageResult<VirtualPath> resolved = await backend.ResolveAsync(followsLast ? written.Inner : written.Inner.Parent, ct).ConfigureAwait(false);
        if (!resolved.IsSuccess)
        {
            return (resolved.Error, written);
        }

        VirtualPath inner = resolved.Value;
        if (!followsLast && !resolved.Value.TryCombine(written.Inner.Name, out inner))
        {
            return (StorageError.NameTooLong, written);
        }

        VirtualPath outer = PathPolicy.Outer(written.Mounted.Mount, inner);
        Place place = _policy.Find(outer);

        // Another mount covers what the link leads to.
        StorageError error = place.Mount == written.Place.Mount ? StorageError.None : StorageError.AccessDenied;
        return (error, written with { Place = Both(written.Place, place), Outer = outer, Inner = inner });
    }

    private static Place Both(in Place written, in Place led) => led with
    {
        Around = written.Around & led.Around,
        Within = written.Within & led.Within,
        Verdict = written.Verdict > led.Verdict ? written.Verdict : led.Verdict,
        IsFixed = written.IsFixed || led.IsFixed,
        IsReadOnly = written.IsReadOnly || led.IsReadOnly,
        NeedsJudgedLinks = written.NeedsJudgedLinks,
        IsUniformBelow = written.IsUniformBelow && led.IsUniformBelow,
    };

    private long Start() => _events.Start();
}
