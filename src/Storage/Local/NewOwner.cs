using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Who what is created belongs to (spec row R7.27): ids above 0, in a privileged process.</summary>
internal readonly unsafe record struct NewOwner
{
    private const uint Unchanged = uint.MaxValue;

    private readonly uint _user;
    private readonly uint _group;

    private NewOwner(uint user, uint group)
    {
        _user = user;
        _group = group;
    }

    public bool IsSet => (_user, _group) is not (0, 0);

    public static NewOwner Of(LocalFileSystemOptions options) =>
        Environment.IsPrivilegedProcess ? new(Effective(options.OwnerId), Effective(options.GroupId)) : default;

    /// <summary>Gives what is open; nothing is asked of the kernel if no owner is set.</summary>
    public StorageResult Give(int descriptor)
    {
        byte empty = 0;
        return IsSet ? Give(descriptor, &empty, OpenFlag.AtEmptyPath) : StorageResult.Success;
    }

    /// <summary>Gives a name in a directory, not following a link.</summary>
    public StorageResult Give(int directory, byte* name) =>
        IsSet ? Give(directory, name, OpenFlag.AtSymbolicLinkNoFollow) : StorageResult.Success;

    // The last id means "unchanged" to chown(2), so it can be nobody's.
    private static uint Effective(uint? id) => id is null or Unchanged ? 0 : id.Value;

    private StorageResult Give(int directory, byte* name, int flags) => LocalTree.ToResult(
        NativeMethods.ChangeOwnerAt(directory, name, _user == 0 ? Unchanged : _user, _group == 0 ? Unchanged : _group, flags));
}
