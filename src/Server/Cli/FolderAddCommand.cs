using System.CommandLine;
using Hpc.Accounts;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc folder add</c>.</summary>
internal static class FolderAddCommand
{
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "Folder name." };
        var path = new Option<string>("--path") { Description = "Directory on this machine.", HelpName = "DIR", Required = true };
        var description = new Option<string?>("--description") { Description = "One line for the operator.", HelpName = "TEXT" };
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("add", "Add a virtual folder. Users see it with 'hpc user set USER --folder NAME@/path'.") { name, path, description, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string folderName = parsed.GetRequiredValue(name);
            VirtualFolder stored = UserStoreAccess.Require(
                await store.AddFolderAsync(
                    new VirtualFolder
                    {
                        Name = folderName,
                        MappedPath = PathArgument.NotPrivate(PathArgument.Local(parsed.GetRequiredValue(path), path.Name), path.Name, flags.Load(parsed, console)),
                        Description = parsed.GetValue(description) ?? "",
                    },
                    ct).ConfigureAwait(false),
                folderName);
            if (parsed.GetValue(json))
            {
                await FolderCommand.PrintAsync(store, stored, asJson: true, console, usage: null, ct).ConfigureAwait(false);
            }
            else
            {
                await console.Out.WriteLineAsync($"Added {LogEscape.Text(folderName)} for {LogEscape.Text(stored.MappedPath)}.").ConfigureAwait(false);
            }

            return ExitCodes.Success;
        }, ct));
        return command;
    }
}
