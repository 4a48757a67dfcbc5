using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data;

/// <summary>What an older schema cannot hold.</summary>
/// <param name="What">For people: <c>groups</c>, <c>users that go back disabled</c>.</param>
/// <param name="Count">How many; more than 0.</param>
public sealed record SchemaLoss(string What, long Count)
{
    /// <summary>Objects of a kind.</summary>
    public static string NameOf(ObjectKind kind) => kind switch
    {
        ObjectKind.User => "users",
        ObjectKind.Group => "groups",
        ObjectKind.Folder => "folders",
        ObjectKind.Admin => "administrators",
        ObjectKind.Role => "roles",
        ObjectKind.ApiKey => "API keys",
        ObjectKind.Share => "shares",
        ObjectKind.IpListEntry => "entries of IP lists",
        ObjectKind.EventAction => "event actions",
        ObjectKind.EventRule => "event rules",
        _ => "settings",
    };
}
