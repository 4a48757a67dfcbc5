using FsCheck;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.KeyExchange;

namespace Hpc.Properties.Tests.Ssh;

public sealed class KexInitProperties
{
    private static readonly Gen<string[]> Names = Gen.Choose(0, 6).SelectMany(static count =>
        Gen.ArrayOf(Gen.Choose(1, 30).SelectMany(static length => Generators.TextOf("abcdefgh-@.0123456789", 30).Select(text => text.PadRight(length, 'x'))), count));

    private static readonly KexInitMessage ServerMessage = new()
    {
        KeyExchange = ["curve25519-sha256"],
        HostKey = ["ssh-ed25519"],
        CipherToServer = ["curve25519-sha256", "aes128-ctr"],
        CipherToClient = ["ssh-ed25519", "aes128-ctr"],
        MacToServer = ["hmac-sha2-256"],
        MacToClient = ["hmac-sha2-256"],
        CompressionToServer = ["none"],
        CompressionToClient = ["none"],
    };

    [Fact]
    public void What_is_offered_is_read_back() =>
        Verify.ForAll(Names.Zip(Names, static (first, second) => (first, second)), lists =>
        {
            KexInitMessage written = Message(lists.first, lists.second, follows: lists.first.Length % 2 == 0);
            KexInitMessage.TryRead(written.ToPayload(), out KexInitMessage read).ShouldBeTrue();
            read.KeyExchange.ShouldBe(lists.first);
            read.HostKey.ShouldBe(lists.second);
            read.CipherToServer.ShouldBe(lists.first);
            read.CipherToClient.ShouldBe(lists.second);
            read.MacToServer.ShouldBe(lists.first);
            read.MacToClient.ShouldBe(lists.second);
            read.CompressionToServer.ShouldBe(lists.first);
            read.CompressionToClient.ShouldBe(lists.second);
            read.FirstPacketFollows.ShouldBe(lists.first.Length % 2 == 0);
        });

    [Fact]
    public void Damage_is_refused_or_negotiated_and_never_throws_anything_else()
    {
        byte[] payload = Message(["curve25519-sha256", "ext-info-c"], ["ssh-ed25519"], follows: true).ToPayload();
        Verify.ForAll(Generators.Damaged(payload).Where(static bytes => bytes.Length > 0), bytes =>
        {
            if (!KexInitMessage.TryRead(bytes, out KexInitMessage read))
            {
                return;
            }

            try
            {
                NegotiatedAlgorithms.Negotiate(read, ServerMessage, read.FirstPacketFollows);
            }
            catch (SshProtocolException)
            {
                // Nothing in common is an answer.
                return;
            }
        });
    }

    [Fact]
    public void Random_bytes_never_throw() =>
        Verify.ForAll(Generators.Bytes.Where(static bytes => bytes.Length > 0), static bytes => { _ = KexInitMessage.TryRead(bytes, out _); });

    private static KexInitMessage Message(string[] first, string[] second, bool follows) => new()
    {
        KeyExchange = first,
        HostKey = second,
        CipherToServer = first,
        CipherToClient = second,
        MacToServer = first,
        MacToClient = second,
        CompressionToServer = first,
        CompressionToClient = second,
        FirstPacketFollows = follows,
    };
}
