using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Microsoft.AspNetCore.Http;

namespace Hpc.Server.Admin;

// Sessions: those of this node, or of all nodes where there are others.
internal sealed partial class AdminApplication
{
    /// <summary>In the answer to a list that has this node's sessions alone, because the cluster did not answer, or not all of the others'.</summary>
    public const string PartialHeader = "Hpc-Partial";

    private async Task ListSessionsAsync(HttpContext context, CancellationToken ct)
    {
        IReadOnlyList<SessionView> views;
        if (cluster is null)
        {
            views = [.. (await sessions.ListAsync(ct).ConfigureAwait(false)).Select(SessionView.Of)];
        }
        else
        {
            ClusterSessionList all = await cluster.ListAsync(ct).ConfigureAwait(false);
            views = ViewsOf(all);
            if (all.IsPartial)
            {
                context.Response.Headers[PartialHeader] = "1";
            }
        }

        await AnswerAsync(context, views, AdminJson.Default.IReadOnlyListSessionView).ConfigureAwait(false);
    }

    private static SessionView[] ViewsOf(ClusterSessionList all) => all.HasOthers
        ? [.. all.Local.Select(session => SessionView.Of(session) with { Node = all.Node }), .. all.Remote.Select(SessionView.Of)]
        : [.. all.Local.Select(SessionView.Of)];

    private async Task KickAsync(HttpContext context, string sessionId, CancellationToken ct)
    {
        ClusterKick kick = cluster is null
            ? new ClusterKick(await sessions.KickAsync(sessionId, ct).ConfigureAwait(false) ? 1 : 0, IsPartial: false)
            : await cluster.KickAsync(sessionId, ct).ConfigureAwait(false);
        await (kick switch
        {
            { Ended: > 0 } => AnswerAsync(context, new KickResult(kick.Ended), AdminJson.Default.KickResult),
            { IsPartial: true } => AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "the cluster does not answer: no session of this node has this id, and others cannot be asked\n"),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "no session has this id\n"),
        }).ConfigureAwait(false);
    }

    private async Task KickUserAsync(HttpContext context, string userName, CancellationToken ct)
    {
        ClusterKick kick = cluster is null
            ? new ClusterKick(await sessions.KickUserAsync(userName, ct).ConfigureAwait(false), IsPartial: false)
            : await cluster.KickUserAsync(userName, ct).ConfigureAwait(false);
        await AnswerAsync(context, new KickResult(kick.Ended) { IsPartial = kick.IsPartial }, AdminJson.Default.KickResult).ConfigureAwait(false);
    }
}
