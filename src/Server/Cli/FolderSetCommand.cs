using System.CommandLine;
using Hpc.Accounts;

namespace Hpc.Server.Cli;

/// <summary><c>hpc folder set</c>: changes what the flags name and leaves the rest.</summary>
internal static class FolderSetCommand
{
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "Folder name." };
        var path = new Option<string?>("--path") { Description = "Directory on this machine; what is in the one before stays there.", HelpName = "DIR" };
        var description = new Option<string?>("--description") { Description = "One line for the operator; \"\" for none.", HelpName = "TEXT" };
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("set", "Change a virtual folder. Open sessions of the users that mount it end if its path changes.") { name, path, description, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string folderName = parsed.GetRequiredValue(name);
            VirtualFolder before = await UserStoreAccess.RequireFolderAsync(store, folderName, ct).ConfigureAwait(false);
            VirtualFolder after = before with
            {
                MappedPath = parsed.GetValue(path) is string directory
                    ? PathArgument.NotPrivate(PathArgument.Local(directory, path.Name), path.Name, flags.Load(parsed, console))
                    : before.MappedPath,
                Description = parsed.GetValue(description) ?? before.Description,
            };
            VirtualFolder stored = after == before ? before : UserStoreAccess.Require(await store.UpdateFolderAsync(after, ct).ConfigureAwait(false), folderName);
            IReadOnlyCollection<string> old = await CountedScopes.MadeOldAsync(store, before, stored, ct).ConfigureAwait(false);
            await UsageAccess.ForgetCountsAsync(flags, parsed, console, old, ct).ConfigureAwait(false);
            await FolderCommand.PrintAsync(store, stored, parsed.GetValue(json), console, usage: null, ct).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }
}
