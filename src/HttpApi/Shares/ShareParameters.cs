using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Shares;

/// <summary>What operations on shares have in common.</summary>
internal static class ShareParameters
{
    public static ApiParameter Id { get; } = new("id", "Id of the share. One with a password asks for it by Basic authentication; the name there does not count.", ApiParameterPlace.Path);

    public static IResult NotOneDirectory() => Answer.Refused(StatusCodes.Status400BadRequest, "This needs a share of one directory, and a path within it.");
}
