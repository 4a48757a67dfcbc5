using Microsoft.AspNetCore.Http;

namespace Hpc.Server.Admin;

// The nodes: /admin/cluster.
internal sealed partial class AdminApplication
{
    /// <summary>Where this node and the others are shown.</summary>
    public const string ClusterPath = "/admin/cluster";

    /// <summary>Shows this node and the others; null for a server that shares nothing.</summary>
    public Func<CancellationToken, Task<ClusterView>>? Cluster { get; init; }

    private async Task ClusterAsync(HttpContext context, CancellationToken ct)
    {
        if (Cluster is null || !HttpMethods.IsGet(context.Request.Method))
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "this server is one node alone (cluster.enabled is false)\n").ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, await Cluster(ct).ConfigureAwait(false), AdminJson.Default.ClusterView).ConfigureAwait(false);
    }
}
