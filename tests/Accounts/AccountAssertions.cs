using System.Text.Json;

namespace Hpc.Accounts.Tests;

/// <summary>Compares what accounts hold; records compare their lists by reference.</summary>
internal static class AccountAssertions
{
    public static void ShouldHold(this UserAccount? user, UserAccount expected) =>
        JsonSerializer.Serialize(user).ShouldBe(JsonSerializer.Serialize(expected));
}
