using System.Globalization;
using Hpc.Accounts.Data;
using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

public abstract partial class ServerProviderContract
{
    [Fact]
    public async Task Values_that_have_ended_are_removed_by_whoever_writes()
    {
        const int Ended = 1010;
        SqlProviderOptions options = await NewTablesAsync();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using (SqlDataProvider first = await OpenedAsync(options))
        {
            await first.Ephemeral.PutAsync("live", default, now.AddHours(1), Ct);
            await Parallel.ForEachAsync(Enumerable.Range(0, Ended), Ct, async (number, ct) => await first.Ephemeral.PutAsync($"old:{number}", default, now.AddSeconds(-1), ct));
        }

        (await RowsAsync(options)).ShouldBe(Ended + 1);
        await using SqlDataProvider provider = await OpenedAsync(options);
        await provider.Ephemeral.PutAsync("new:1", default, now.AddHours(1), Ct);
        (await RowsAsync(options)).ShouldBe(Ended - 1000 + 2);
        (await provider.Ephemeral.TryAddAsync("new:2", default, now.AddHours(1), Ct)).ShouldBeTrue();
        (await RowsAsync(options)).ShouldBe(3);
    }

    [Fact]
    public async Task A_full_table_takes_no_more_values_until_one_is_gone()
    {
        SqlProviderOptions options = await NewTablesAsync();
        DateTimeOffset end = DateTimeOffset.UtcNow.AddHours(1);
        await using (SqlDataProvider first = await OpenedAsync(options))
        {
            await first.Ephemeral.PutAsync("a", default, end, Ct);
            await first.Ephemeral.PutAsync("b", default, end, Ct);
        }

        await using SqlDataProvider provider = await OpenedAsync(options with { MaxEphemeral = 2 });
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Ephemeral.PutAsync("c", default, end, Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Ephemeral.TryAddAsync("c", default, end, Ct));
        (await provider.Ephemeral.FindAsync("a", Ct)).ShouldNotBeNull();
        (await provider.Ephemeral.TryRemoveAsync("a", Ct)).ShouldBeTrue();
        (await provider.Ephemeral.TryAddAsync("c", default, end, Ct)).ShouldBeTrue();
    }

    private async Task<long> RowsAsync(SqlProviderOptions options) =>
        Convert.ToInt64(await ExecuteAsync(options, $"SELECT count(*) FROM {Table(options, "ephemeral")}"), CultureInfo.InvariantCulture);
}
