namespace Hpc.Storage.Vfs.Names;

/// <summary>What is known of an operation before it runs.</summary>
/// <param name="Kind">How its event is called.</param>
/// <param name="FollowsLink">Whether a link at the end of its first path is followed; one at the end of the second never is.</param>
/// <param name="IsToldLater">Whether its event comes when what it opened is closed; a failure is told at once.</param>
/// <param name="IsSilent">Whether it is part of another operation, and has no event.</param>
internal readonly record struct OperationTraits(FileEventKind Kind, bool FollowsLink = false, bool IsToldLater = false, bool IsSilent = false);
