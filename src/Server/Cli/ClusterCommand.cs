using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hpc.Server.Admin;

namespace Hpc.Server.Cli;

/// <summary><c>hpc cluster</c>: the nodes that share limits with the server that runs on the data directory.</summary>
internal static class ClusterCommand
{
    public static Command Create(CliConsole console)
    {
        var command = new Command("cluster", "List the nodes that share limits with the server that runs on the data directory.");
        var flags = new ConfigurationFlags(command);
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        command.Add(json);
        command.SetAction(async (parsed, ct) =>
        {
            using AdminClient client = AdminAccessPoint.Connect(flags.Load(parsed, console));
            ClusterView view = await AdminAccessPoint.AskAsync(() => client.ShowClusterAsync(ct)).ConfigureAwait(false)
                ?? throw new CliException("The server is one node alone: cluster.enabled is false in its configuration.");
            await console.Out.WriteAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(view, AdminJson.Default.ClusterView) + "\n" : TextOf(view)).ConfigureAwait(false);
            return view.Nodes is null ? ExitCodes.Failure : ExitCodes.Success;
        });
        return command;
    }

    private static string TextOf(ClusterView view)
    {
        string age = view.LeaseAgeSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        string own = view.HasLease
            ? $"This node is {view.Name}; its last tick was {age} s ago, {view.Scopes} shared speeds.\n"
            : $"This node is {view.Name}; it has no lease: limits over all nodes are as cluster.away says.\n";
        if (view.Nodes is null)
        {
            return own + "The database of the cluster does not answer.\n";
        }

        var table = new TextTable("NODE", "VERSION", "ADDRESS", "SINCE", "SESSIONS", "");
        foreach (ClusterMemberView node in view.Nodes)
        {
            string marks = string.Join(", ", new[] { node.Name == view.Name ? "this node" : "", node.IsLeader ? "leads" : "" }.Where(static mark => mark.Length > 0));
            table.Add(
                node.Name, node.Version, node.Address, node.Since.LocalDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                node.Sessions.ToString(CultureInfo.InvariantCulture), marks);
        }

        return own + table;
    }
}
