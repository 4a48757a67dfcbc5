using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs.Names;

/// <summary>The target of a symbolic link, an absolute one as the path that it has in the user's tree.</summary>
internal readonly struct ReadLinkOperation(PathPolicy policy, bool isSilent = false) : INameOperation<StorageResult<string>, StorageResult<string>>
{
    public OperationTraits Traits => new(FileEventKind.Stat, IsSilent: isSilent);

    public StorageError Judge(in Location entry, in Location other) => entry.MayLook(FileOperation.ReadLink);

    public ValueTask<StorageResult<string>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Backend.ReadSymbolicLinkAsync(entry.Inner, ct);

    public StorageResult<string> Conclude(StorageResult<string> answer, in Location entry, in Location other)
    {
        if (!answer.IsSuccess)
        {
            return answer;
        }

        string text = answer.Value;
        if (text.StartsWith('/') && !entry.Mounted.Mount.Path.IsRoot)
        {
            if (!VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath inner))
            {
                return StorageError.NameTooLong;
            }

            text = PathPolicy.Outer(entry.Mounted.Mount, inner).ToString();
        }

        // A text that names what is hidden would tell of it.
        bool namesHidden = entry.Place.NeedsJudgedLinks
            && (!VirtualPath.TryParse(text, entry.Outer.Parent, out VirtualPath target) || policy.Find(target).Verdict == NameVerdict.Hidden);
        return namesHidden ? StorageError.AccessDenied : text;
    }

    public FileEvent Describe(in FileEvent told, in StorageResult<string> answer) => told;
}
