using Hpc.Accounts;
using Hpc.Server.Cli.Access;
using Hpc.Server.Configuration;

namespace Hpc.Server.Tests.Support;

/// <summary>What the data provider of a data directory holds.</summary>
internal static class StoredUsers
{
    /// <summary>The account as it is stored, with the hash of its password.</summary>
    public static async Task<UserAccount> AccountAsync(string dataDirectory, string name)
    {
        await using DirectAccountClient client = await AccountAccess.OpenProviderAsync(new HpcOptions { DataDirectory = dataDirectory }, TestContext.Current.CancellationToken);
        return (await new CliStore(client).FindAsync(name, TestContext.Current.CancellationToken)).ShouldNotBeNull();
    }
}
