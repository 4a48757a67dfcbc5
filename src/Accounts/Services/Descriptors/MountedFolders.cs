using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>The folders behind mounts of users and groups.</summary>
internal sealed class MountedFolders
{
    private readonly IReadOnlyDictionary<string, Folder> _folders;
    private readonly IReadOnlyDictionary<string, UsageRecord> _usage;

    private MountedFolders(IReadOnlyDictionary<string, Folder> folders, IReadOnlyDictionary<string, UsageRecord> usage)
    {
        _folders = folders;
        _usage = usage;
    }

    public static async ValueTask<MountedFolders> FindAsync(ServiceEnvironment services, IEnumerable<FolderMapping> mounts, CancellationToken ct)
    {
        string[] names = [.. mounts.Select(mount => mount.Name).Distinct(StringComparer.Ordinal)];
        var folders = new Dictionary<string, Folder>(StringComparer.Ordinal);
        foreach (string[] chunk in names.Chunk(IObjectStore.MaxPage))
        {
            foreach (StoredObject stored in await services.Objects.FindManyAsync(ObjectKind.Folder, chunk, ct).ConfigureAwait(false))
            {
                folders[stored.Key.Name] = ObjectDocument.Read<Folder>(stored.Document) with { Id = stored.Id, Name = stored.Key.Name };
            }
        }

        return new(folders, await UsageNumbers.FindAsync(services, folders.Keys.Select(UsageScope.OfFolder), ct).ConfigureAwait(false));
    }

    /// <summary>Mounts with what their folders hold.</summary>
    public IReadOnlyList<FolderMapping> Complete(IReadOnlyList<FolderMapping> mounts) => [.. mounts.Select(Complete)];

    public static IReadOnlyList<FolderMapping> Redact(IReadOnlyList<FolderMapping> mounts) =>
        [.. mounts.Select(mount => mount with { Filesystem = FilesystemRules.MapSecrets(mount.Filesystem, SecretRules.Redact) })];

    /// <summary>
    /// Looks for the folders of new mounts. One that is given in full and is not there is made with the object that names it (R3.16).
    /// </summary>
    public static async ValueTask ResolveAsync<T>(
        ServiceEnvironment services, IReadOnlyList<FolderMapping> mounts, IReadOnlyList<FolderMapping>? old, ObjectEdit<T> edit, CancellationToken ct)
        where T : class, IAccountObject
    {
        var known = (old ?? []).Select(mount => mount.Name).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. mounts.Select(mount => mount.Name).Where(name => !known.Contains(name))];
        if (names.Length == 0)
        {
            return;
        }

        IReadOnlyDictionary<string, Folder> found = await ReferenceChecks.FindAsync<Folder>(services.Objects, ObjectKind.Folder, names, null, null, ct).ConfigureAwait(false);
        for (int i = 0; i < mounts.Count; i++)
        {
            string path = $"virtual_folders[{i}]";
            FolderMapping mount = mounts[i];
            if (known.Contains(mount.Name))
            {
                continue;
            }

            if (found.TryGetValue(mount.Name, out Folder? folder))
            {
                if (!RoleLimits.IsVisible(folder.Role, edit.Context))
                {
                    edit.Refuse($"{path}.name: an administrator with a role can mount folders of that role alone.");
                }
            }
            else
            {
                Make(services, path, mount, edit);
            }
        }
    }

    private static void Make<T>(ServiceEnvironment services, string path, FolderMapping mount, ObjectEdit<T> edit)
        where T : class, IAccountObject
    {
        if (mount.MappedPath.Length == 0 && mount.Filesystem.Provider == FilesystemProvider.Local)
        {
            if (!edit.IsRestore)
            {
                edit.Errors.Add($"{path}.name", $"{ValidationText.Show(mount.Name)}, which is not there", "the name of an existing folder, or a folder in full (mapped_path, filesystem), which is then made");
            }

            return;
        }

        if (!edit.Context.Has(AdminPermissionNames.ManageFolders))
        {
            edit.Refuse($"{path}: making the folder {ValidationText.Show(mount.Name)} needs the permission {AdminPermissionNames.ManageFolders}.");
            return;
        }

        var folder = new Folder { Name = mount.Name, MappedPath = mount.MappedPath, Description = mount.Description, Filesystem = mount.Filesystem, Role = edit.Context.Role };
        folder = FolderDescriptor.CheckSettings(path + ".", folder, null, edit.IsRestore, edit.Errors);
        RoleLimits.CheckFolder($"{path}.mapped_path", folder.MappedPath, null, folder.Name, services.Options, edit);
        RoleLimits.CheckFilesystem($"{path}.filesystem", folder.Filesystem, null, edit);
        if (!edit.Errors.IsEmpty)
        {
            return;
        }

        folder = FolderDescriptor.BareOf(FolderDescriptor.Seal(folder, services));
        ObjectKey[] references = folder.Role.Length > 0 ? [new(ObjectKind.Role, folder.Role)] : [];
        edit.Before.Add(ObjectChange.Put(new(ObjectKind.Folder, folder.Name), 0, ObjectDocument.Write(folder), folder.Role, references));
    }

    private FolderMapping Complete(FolderMapping mount)
    {
        if (!_folders.TryGetValue(mount.Name, out Folder? folder))
        {
            return mount;
        }

        folder = FolderDescriptor.WithUsage(folder, _usage);
        return mount with
        {
            Id = folder.Id,
            MappedPath = folder.MappedPath,
            Description = folder.Description,
            Filesystem = folder.Filesystem,
            UsedQuotaFiles = folder.UsedQuotaFiles,
            UsedQuotaSize = folder.UsedQuotaSize,
            LastQuotaUpdate = folder.LastQuotaUpdate,
        };
    }
}
