using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.KeyValue;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.KeyValue;

public sealed class JournalFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-journal-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_directory.FullName, "objects.kv");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_tail_torn_at_any_byte_is_cut_off_and_what_was_before_is_there()
    {
        List<long> ends = await MakeFileAsync(4);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        for (int length = (int)ends[0]; length <= whole.Length; length++)
        {
            await System.IO.File.WriteAllBytesAsync(File, whole[..length], Ct);
            int frames = ends.FindLastIndex(end => end <= length);
            await ShouldHoldAsync(frames);
            new FileInfo(File).Length.ShouldBe(ends[frames]);
        }
    }

    [Fact]
    public async Task A_file_cut_within_what_it_was_made_with_is_refused_and_left_alone()
    {
        List<long> ends = await MakeFileAsync(1);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        for (int length = 0; length < ends[0]; length++)
        {
            await System.IO.File.WriteAllBytesAsync(File, whole[..length], Ct);
            await using KeyValueDataProvider provider = Make();
            (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct))).Message.ShouldContain("cut short");
            new FileInfo(File).Length.ShouldBe(length);
        }
    }

    [Fact]
    public async Task A_last_change_whose_bytes_are_not_all_on_disk_is_cut_off()
    {
        List<long> ends = await MakeFileAsync(3);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        for (long at = ends[2]; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x40;
            await System.IO.File.WriteAllBytesAsync(File, damaged, Ct);
            await ShouldHoldAsync(2);
        }
    }

    [Fact]
    public async Task A_byte_that_changed_in_the_middle_is_told_and_the_file_left_alone()
    {
        List<long> ends = await MakeFileAsync(4);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        for (long at = ends[1]; at < ends[2]; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x01;
            await System.IO.File.WriteAllBytesAsync(File, damaged, Ct);
            await using KeyValueDataProvider provider = Make();
            string message = (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct))).Message;
            message.ShouldContain($"at byte {ends[1]}");
            message.ShouldContain($"follow at byte {ends[2]}");
            (await System.IO.File.ReadAllBytesAsync(File, Ct)).ShouldBe(damaged);
        }
    }

    [Fact]
    public async Task Changes_go_on_behind_a_tail_that_was_cut_off()
    {
        await MakeFileAsync(3);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        await System.IO.File.WriteAllBytesAsync(File, [.. whole, 0xFF, (byte)'K', (byte)'V', (byte)'F', 1, 2, 3], Ct);
        await using (KeyValueDataProvider provider = Make())
        {
            await provider.OpenAsync(SchemaUpdate.Never, Ct);
            await provider.Objects.ApplyAsync([Change(3)], Ct);
        }

        await ShouldHoldAsync(4);
    }

    [Fact]
    public async Task A_file_of_something_else_is_refused_and_left_alone()
    {
        byte[] other = "SQLite format 3\0 and so on"u8.ToArray();
        await System.IO.File.WriteAllBytesAsync(File, other, Ct);
        await using KeyValueDataProvider provider = Make();
        await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct));
        (await System.IO.File.ReadAllBytesAsync(File, Ct)).ShouldBe(other);
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused()
    {
        await MakeFileAsync(1);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File, Ct);
        whole[8] = 2;
        await System.IO.File.WriteAllBytesAsync(File, whole, Ct);
        await using KeyValueDataProvider provider = Make();
        (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct))).Message.ShouldContain("format 2");
        (await provider.GetSchemaAsync(Ct)).ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_mostly_dead_is_written_anew_with_all_that_is_alive()
    {
        string text = new('x', 100_000);
        var written = new List<long>();
        long stamp = 0;
        await using (KeyValueDataProvider provider = Make())
        {
            await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
            await provider.Objects.ApplyAsync([Change(0), Change(1)], Ct);
            await provider.Activity.SetAsync([(Key(1), ActivityField.UsedTokens, 12)], Ct);
            await provider.Ephemeral.PutAsync("token:1", "value"u8.ToArray(), TimeProvider.System.GetUtcNow().AddHours(1), Ct);
            for (int turn = 0; turn < 120; turn++)
            {
                ReadOnlyMemory<byte> document = Encoding.UTF8.GetBytes($"\"{turn} {text}\"");
                stamp = (await provider.Objects.ApplyAsync([ObjectChange.Put(Key(0), null, document, "", [])], Ct)).Stamp;
                written.Add(new FileInfo(File).Length);
            }
        }

        written.Max().ShouldBeLessThan(5 << 20);
        written.Zip(written.Skip(1)).Count(pair => pair.Second < pair.First).ShouldBeGreaterThan(1);
        _directory.GetFiles().Select(file => file.Name).ShouldBe(["objects.kv", "objects.kv.lock"], ignoreOrder: true);
        await using KeyValueDataProvider again = Make();
        await again.OpenAsync(SchemaUpdate.Never, Ct);
        StoredObject stored = (await again.Objects.FindAsync(Key(0), Ct)).ShouldNotBeNull();
        (stored.Version, stored.Stamp, stored.Document.Length).ShouldBe((121, stamp, text.Length + 6));
        (await again.Objects.GetStampAsync(Ct)).ShouldBe(stamp);
        (await again.Activity.FindAsync([Key(1)], Ct)).Values.ShouldBe([12]);
        (await again.Ephemeral.FindAsync("token:1", Ct)).ShouldNotBeNull();
        (await again.Objects.ApplyAsync([Change(2)], Ct)).Stored[0]!.Id.ShouldBe(3);
    }

    [Fact]
    public async Task A_change_that_cannot_be_written_was_not_done()
    {
        await using KeyValueDataProvider provider = Make();
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        long stamp = (await provider.Objects.ApplyAsync([Change(0)], Ct)).Stamp;
        provider.Storage!.File.Dispose();
        await Should.ThrowAsync<DataProviderException>(async () => await provider.Objects.ApplyAsync([Change(1)], Ct));
        (await provider.Objects.FindAsync(Key(1), Ct)).ShouldBeNull();
        (await provider.Objects.FindAsync(Key(0), Ct)).ShouldNotBeNull();
        (await provider.Objects.ListChangesAsync(stamp, Ct)).Keys.ShouldBeNull();
        ObjectStoreResult later = await provider.Objects.ApplyAsync([Change(1)], Ct);
        later.Outcome.ShouldBe(ObjectStoreOutcome.Done);
        later.Stamp.ShouldBeGreaterThan(stamp + 1);
    }

    // Where the frames end: first the one of a new file, then one of each change.
    private async Task<List<long>> MakeFileAsync(int changes)
    {
        await using KeyValueDataProvider provider = Make();
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        List<long> ends = [new FileInfo(File).Length];
        for (int number = 0; number < changes; number++)
        {
            await provider.Objects.ApplyAsync([Change(number)], Ct);
            ends.Add(new FileInfo(File).Length);
        }

        return ends;
    }

    private async Task ShouldHoldAsync(int changes)
    {
        await using KeyValueDataProvider provider = Make();
        await provider.OpenAsync(SchemaUpdate.Never, Ct);
        (await provider.Objects.ListAsync(new ObjectQuery(ObjectKind.User), Ct)).Select(user => user.Key.Name)
            .ShouldBe(Enumerable.Range(0, changes).Select(number => Key(number).Name));
    }

    private static ObjectKey Key(int number) => new(ObjectKind.User, $"user{number}");

    private static ObjectChange Change(int number) => ObjectChange.Put(Key(number), 0, Encoding.UTF8.GetBytes($"\"{number}\""), "", []);

    private KeyValueDataProvider Make() => new(File, new MemoryDataProviderOptions(), TimeProvider.System, NullLogger<KeyValueDataProvider>.Instance);
}
