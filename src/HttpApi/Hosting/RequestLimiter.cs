using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Hpc.HttpApi.Hosting;

/// <summary>Token buckets by address: one for all requests, a smaller one for those that try secrets.</summary>
internal static class RequestLimiter
{
    // Addresses share this many buckets, so that any number of addresses takes bounded memory. Which ones share changes with every start.
    internal const int Buckets = 1 << 14;

    public static void AddRequestLimiter(this IServiceCollection services, HttpApiLimits limits) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, int>(context => PartitionOf(context, isLimited: true, limits.RequestsPerPeriod, limits.Period)),
            PartitionedRateLimiter.Create<HttpContext, int>(context => PartitionOf(
                context, context.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>()?.IsLogin == true, limits.LoginsPerPeriod, limits.Period)));
        limiter.OnRejected = RejectAsync;
    });

    private static RateLimitPartition<int> PartitionOf(HttpContext context, bool isLimited, int perPeriod, TimeSpan period)
    {
        RequestFacts facts = RequestFacts.Of(context);
        if (!isLimited || perPeriod <= 0 || facts.IsOperator)
        {
            return RateLimitPartition.GetNoLimiter(-1);
        }

        // Twelve steps of a period: what was used comes back little by little.
        const int Steps = 12;
        int perStep = Math.Max(perPeriod / Steps, 1);
        return RateLimitPartition.GetTokenBucketLimiter(BucketOf(facts.Remote), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perPeriod,
            TokensPerPeriod = perStep,
            ReplenishmentPeriod = TimeSpan.FromTicks(Math.Max(period.Ticks * perStep / perPeriod, TimeSpan.TicksPerMillisecond)),
            QueueLimit = 0,
        });
    }

    /// <summary>The bucket of an address, 0 to <see cref="Buckets"/>.</summary>
    internal static int BucketOf(IPAddress address)
    {
        var hash = default(HashCode);
        ReadOnlySpan<byte> bytes = address.GetAddressBytes();
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes);
        return hash.ToHashCode() & (Buckets - 1);
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken ct)
    {
        HttpApiMetrics.RequestLimited();
        int seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan retryAfter) ? Math.Max((int)Math.Ceiling(retryAfter.TotalSeconds), 1) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Answer.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests, "Too many requests; try again later.").ConfigureAwait(false);
    }
}
