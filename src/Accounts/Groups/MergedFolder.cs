using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>A mount of a merged user.</summary>
/// <param name="Mapping">The mount; its path has no placeholders left.</param>
/// <param name="Names">What is put into the folder's own settings; null if the user itself has the mount.</param>
internal sealed record MergedFolder(FolderMapping Mapping, Placeholders? Names);
