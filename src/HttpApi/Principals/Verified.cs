using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Principals;

/// <summary>Who asks, or the answer that refuses; exactly one of them.</summary>
internal readonly record struct Verified(ApiPrincipal? Principal, IResult? Refusal)
{
    public static Verified As(ApiPrincipal principal) => new(principal, null);

    public static Verified Not(IResult refusal) => new(null, refusal);
}
