using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Users;

/// <summary>What the web client options of a user (spec §12.4) keep from it here; whoever else asks is judged elsewhere.</summary>
internal static class UserRules
{
    /// <summary>The answer if the option forbids it; null otherwise.</summary>
    public static IResult? Forbids(UserAccount user, string option) =>
        user.WebClient.Contains(option, StringComparer.Ordinal) ? Answer.Forbidden($"This user may not do this ({option}).") : null;

    /// <summary>Runs an operation that changes files, unless the user may change none here.</summary>
    public static ApiHandler Writing(ApiHandler handler) => Unless(WebClientOptions.WriteDisabled, handler);

    /// <summary>Runs an operation unless an option forbids it.</summary>
    public static ApiHandler Unless(string option, ApiHandler handler) => call => Forbids(call.Principal.User!, option) is { } refusal ? new(refusal) : handler(call);
}
