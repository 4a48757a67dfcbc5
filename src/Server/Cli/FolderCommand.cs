using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc folder</c>: virtual folders in the database of the data directory, whether a server runs on it or not.</summary>
internal static class FolderCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "Folder name." };

    public static Command Create(CliConsole console) => new("folder", "Add, list, show, change, remove and scan virtual folders, which users see by 'hpc user set --folder'; works while the server runs.")
    {
        FolderAddCommand.Create(console),
        List(console),
        Show(console),
        FolderSetCommand.Create(console),
        Remove(console),
        UsageScanCommand.Create(console, "folder", UsageScope.OfFolder),
    };

    public static async Task PrintAsync(CliStore store, VirtualFolder folder, bool asJson, CliConsole console, UsageRecord? usage, CancellationToken ct)
    {
        FolderView view = FolderView.Of(folder, await store.ListFolderUsersAsync(folder.Name, ct).ConfigureAwait(false), usage);
        await console.Out.WriteAsync(asJson ? JsonSerializer.Serialize(view, FolderJson.Default.FolderView) + "\n" : Describe(view)).ConfigureAwait(false);
    }

    private static Command List(CliConsole console)
    {
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("list", "List virtual folders.") { json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            IReadOnlyList<VirtualFolder> folders = await store.ListFoldersAsync(ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                IReadOnlyList<FolderView> views = [.. folders.Select(folder => FolderView.Of(folder) with { Version = null })];
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(views, FolderJson.Default.IReadOnlyListFolderView)).ConfigureAwait(false);
                return ExitCodes.Success;
            }

            await console.Out.WriteAsync(folders.Count == 0 ? "No folders. Add one with: hpc folder add NAME --path DIR\n" : Table(folders)).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Command Show(CliConsole console)
    {
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("show", "Show one folder, and who mounts it.") { Name, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            VirtualFolder folder = await UserStoreAccess.RequireFolderAsync(store, parsed.GetRequiredValue(Name), ct).ConfigureAwait(false);
            string scope = UsageScope.OfFolder(folder.Name);
            IReadOnlyDictionary<string, UsageRecord> usage = await UsageAccess.FindAsync(flags, parsed, console, [scope], ct).ConfigureAwait(false);
            await PrintAsync(store, folder, parsed.GetValue(json), console, usage.GetValueOrDefault(scope), ct).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Command Remove(CliConsole console)
    {
        var json = UserCommand.JsonOption();
        var command = new Command("remove", "Remove a folder from the database and from all users' trees. Files stay; in open sessions of these users the folder is gone with the next operation.") { Name, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(Name);
            VirtualFolder folder = await UserStoreAccess.RequireFolderAsync(store, name, ct).ConfigureAwait(false);
            IReadOnlyList<string> users = await store.ListFolderUsersAsync(name, ct).ConfigureAwait(false);
            if (await store.DeleteFolderAsync(name, ct).ConfigureAwait(false) != UserStoreOutcome.Done)
            {
                throw UserStoreAccess.FolderNotFound(name);
            }

            await UsageAccess.ForgetAsync(flags, parsed, console, UsageScope.OfFolder(name), ct).ConfigureAwait(false);
            string taken = users.Count == 0 ? "" : $" It is gone from the trees of: {Users(users)}.";
            await console.Out.WriteAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(FolderView.Of(folder, users), FolderJson.Default.FolderView) + "\n"
                : $"Removed {LogEscape.Text(name)}.{taken}{Environment.NewLine}").ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static string Table(IReadOnlyList<VirtualFolder> folders)
    {
        var table = new TextTable("FOLDER", "PATH", "DESCRIPTION");
        foreach (VirtualFolder folder in folders)
        {
            table.Add(folder.Name, folder.MappedPath, folder.Description);
        }

        return table.ToString();
    }

    private static string Describe(FolderView folder)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"Folder:      {LogEscape.Text(folder.Name)}");
        text.WriteLine($"Path:        {LogEscape.Text(folder.MappedPath)}");
        if (folder.Description.Length > 0)
        {
            text.WriteLine($"Description: {LogEscape.Text(folder.Description)}");
        }

        if (folder.UsedQuotaSize is long bytes && folder.UsedQuotaFiles is long files)
        {
            text.WriteLine($"Used:        {UserText.Used(bytes, files)}");
        }

        text.WriteLine($"Users:       {(folder.Users is { Count: > 0 } users ? Users(users) : "none")}");
        return text.ToString();
    }

    private static string Users(IReadOnlyList<string> users) =>
        string.Join(", ", users.Select(LogEscape.Text));
}
