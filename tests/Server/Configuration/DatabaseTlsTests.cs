using Hpc.Accounts.Sql;
using Hpc.Server.Configuration;
using Hpc.Server.Provision;

namespace Hpc.Server.Tests.Configuration;

public sealed class DatabaseTlsTests
{
    [Fact]
    public void Every_mode_reaches_the_driver_under_its_own_name()
    {
        foreach (DatabaseTls mode in Enum.GetValues<DatabaseTls>())
        {
            DataProviders.TlsOf(mode).ToString().ShouldBe(mode.ToString());
        }

        Enum.GetNames<DatabaseTls>().ShouldBe(Enum.GetNames<DatabaseTlsMode>(), ignoreOrder: true);
    }
}
