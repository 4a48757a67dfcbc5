using System.CommandLine;
using Hpc.Accounts;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Which virtual folders a user sees where: flags of <c>user add</c> and <c>user set</c>.</summary>
internal sealed class MountFlags
{
    private const string All = "all";

    private readonly Option<string[]> _folders = new("--folder")
    {
        Description = "Show a virtual folder ('hpc folder add') at a path of the user's tree, like 'reports@/reports;quota-size=10GiB;quota-files=100;read-only'. "
            + "Without a quota the folder has no limit for this user; quota=user counts what is in it as the user's own. May be repeated; a folder that the user has already is moved or changed.",
        HelpName = "NAME@/PATH[;…]",
    };

    private readonly Option<string[]> _removeFolders = new("--remove-folder")
    {
        Description = "Take a virtual folder out of the user's tree; its files stay. all takes every one. May be repeated.",
        HelpName = "NAME",
    };

    /// <param name="command">Gets the flags.</param>
    /// <param name="isChange">Whether there is something that can be taken away.</param>
    public MountFlags(Command command, bool isChange)
    {
        command.Add(_folders);
        if (isChange)
        {
            command.Add(_removeFolders);
        }
    }

    /// <summary>The account with what the flags say; what they do not name stays.</summary>
    public UserAccount Apply(ParseResult parsed, UserAccount user)
    {
        List<FolderMount> mounts = [.. user.Folders];
        foreach (string unwanted in parsed.GetValue(_removeFolders) ?? [])
        {
            if (mounts.RemoveAll(mount => unwanted == All || mount.FolderName == unwanted) == 0 && unwanted != All)
            {
                throw new CliException($"{_removeFolders.Name}: the user has no folder {LogEscape.Text(unwanted)}; 'hpc user show' lists them.");
            }
        }

        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (FolderMount mount in (parsed.GetValue(_folders) ?? []).Select(text => MountArgument.Read(text, _folders.Name)))
        {
            if (!given.Add(mount.FolderName))
            {
                throw CliException.Usage($"{_folders.Name}: found {LogEscape.Text(mount.FolderName)} twice, allowed: each folder once.");
            }

            mounts.RemoveAll(old => old.FolderName == mount.FolderName);
            if (mounts.Find(other => other.VirtualPath == mount.VirtualPath) is { } there)
            {
                throw CliException.Usage($"{_folders.Name} {LogEscape.Text(mount.FolderName)}: found {LogEscape.Text(mount.VirtualPath)}, where {LogEscape.Text(there.FolderName)} is, allowed: one folder at each path.");
            }

            mounts.Add(mount);
        }

        return user with { Folders = mounts };
    }
}
