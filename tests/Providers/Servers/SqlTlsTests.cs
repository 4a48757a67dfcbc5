using Hpc.Accounts.MySql;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using MySql.Data.MySqlClient;
using Npgsql;

namespace Hpc.Providers.Tests.Servers;

public sealed class SqlTlsTests
{
    [Theory]
    [InlineData(DatabaseTlsMode.Disable, MySqlSslMode.None)]
    [InlineData(DatabaseTlsMode.Allow, MySqlSslMode.Preferred)]
    [InlineData(DatabaseTlsMode.Prefer, MySqlSslMode.Preferred)]
    [InlineData(DatabaseTlsMode.Require, MySqlSslMode.Required)]
    [InlineData(DatabaseTlsMode.VerifyCa, MySqlSslMode.VerifyFull)]
    [InlineData(DatabaseTlsMode.VerifyFull, MySqlSslMode.VerifyFull)]
    public void MySql_is_never_weaker_than_asked(DatabaseTlsMode asked, MySqlSslMode used) =>
        new MySqlConnectionStringBuilder(MySqlConnectionText.Make(new SqlProviderOptions { Name = "hpc", Tls = asked })).SslMode.ShouldBe(used);

    [Theory]
    [InlineData(DatabaseTlsMode.Disable, SslMode.Disable)]
    [InlineData(DatabaseTlsMode.Allow, SslMode.Allow)]
    [InlineData(DatabaseTlsMode.Prefer, SslMode.Prefer)]
    [InlineData(DatabaseTlsMode.Require, SslMode.Require)]
    [InlineData(DatabaseTlsMode.VerifyCa, SslMode.VerifyCA)]
    [InlineData(DatabaseTlsMode.VerifyFull, SslMode.VerifyFull)]
    public async Task PostgreSQL_is_as_asked(DatabaseTlsMode asked, SslMode used)
    {
        await using NpgsqlDataSource source = PostgresConnection.ToSource(new SqlProviderOptions { Name = "hpc", Tls = asked }, isCockroach: false);
        new NpgsqlConnectionStringBuilder(source.ConnectionString).SslMode.ShouldBe(used);
    }
}
