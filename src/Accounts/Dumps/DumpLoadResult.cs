using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>What became of a dump: everything that was to be loaded is, or nothing.</summary>
/// <param name="Status">What became of it; <see cref="ObjectStatus.VersionConflict"/> if somebody changed one of the objects meanwhile.</param>
/// <param name="Message">One sentence for whoever asked.</param>
/// <param name="Errors">What is wrong, at most 100; empty unless <see cref="ObjectStatus.Invalid"/>.</param>
public sealed record DumpLoadResult(ObjectStatus Status, string Message, IReadOnlyList<ObjectError> Errors)
{
    /// <summary>Objects that were added.</summary>
    public int Added { get; init; }

    /// <summary>Objects that were updated.</summary>
    public int Updated { get; init; }

    /// <summary>Objects that were there and left as they are.</summary>
    public int Skipped { get; init; }

    /// <summary>
    /// What was changed, disabled or left out so that the rest could be loaded, each with its object and JSON path; secrets that cannot be decrypted;
    /// what could not be done after the objects were stored. At most 1,000 and the number of the others, for each of them.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True if it is loaded.</summary>
    public bool IsLoaded => Status == ObjectStatus.Done;

    internal static DumpLoadResult Failed(ObjectStatus status, string message) => new(status, message, []);

    internal static DumpLoadResult Invalid(IReadOnlyList<ObjectError> errors) =>
        new(ObjectStatus.Invalid, $"The dump was not loaded, and nothing was changed. {string.Join(' ', errors.Take(5))}{(errors.Count > 5 ? $" And {errors.Count - 5} more." : "")}", errors);
}
