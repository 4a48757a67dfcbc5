using System.Text;
using Hpc.Fuzz.Tests.Mutation;

namespace Hpc.Fuzz.Tests.Ftp;

/// <summary>Command lines: right ones, wrong ones, and what is no line at all.</summary>
internal sealed class FtpCommandMaker(Random random)
{
    private static readonly string[] Paths =
    [
        "", "/", ".", "..", "~", "small", "big", "dir", "dir/file", "/dir/deep", "many", "link-out", "dir-out", "dir-out/secret.txt", "loop", "new", "new/sub", "../../outside/secret.txt",
        "/../outside", "*", "many/*", "*/../*", "dir/[a-z]*", "-a", "-aL dir", "-R", "a\rb", "a\0b", "%n%s", "\xFF\xFE", "\xE4\xF6", "small small", "\"q\"", "many/entry 1",
    ];

    private static readonly string[] OfPaths =
    [
        "CWD", "XCWD", "RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD", "MLST", "STAT", "SIZE", "MDTM", "DELE", "MKD", "RMD", "RNFR", "RNTO", "HASH", "XCRC", "XMD5", "MD5", "XSHA256",
        "AVBL", "SITE MKDIR", "SITE RMDIR", "COMB",
    ];

    private static readonly string[] Fixed =
    [
        "NOOP", "PWD", "CDUP", "FEAT", "HELP", "SYST", "STAT", "PASV", "EPSV", "EPSV 1", "EPSV 2", "EPSV ALL", "EPSV 9", "PORT 127,0,0,1,0,1", "PORT 1,2,3", "EPRT |1|10.0.0.1|99|", "EPRT x",
        "TYPE A", "TYPE I", "TYPE L 8", "TYPE L 7", "TYPE", "MODE S", "MODE Z", "MODE B", "STRU F", "STRU R", "REST 0", "REST 3", "REST 99999999999999999999", "REST -1", "REST 9223372036854775807",
        "RANG 1 3", "RANG 3 1", "RANG 1", "ALLO 10", "ALLO x R y", "ABOR", "REIN", "ACCT x", "PRET RETR small", "OPTS UTF8 ON", "OPTS MLST type;size;", "OPTS MLST", "OPTS HASH SHA-256",
        "OPTS HASH x", "OPTS MODE Z LEVEL 9", "OPTS MODE Z LEVEL x", "OPTS", "HOST x", "CLNT x", "CSID x", "LANG", "AUTH TLS", "PBSZ 0", "PROT P", "CCC", "SITE", "SITE HELP", "SITE QUOTA",
        "SITE CHMOD 600 new", "SITE CHMOD x y", "SITE UTIME 20200101000000 new", "SITE UTIME new 20200101000000 20200101000000 20200101000000 UTC", "SITE SYMLINK small new",
        "SITE SYMLINK ../outside/secret.txt new", "MFMT 20200101000000 new", "MFMT x new", "MFF Modify=20200101000000;UNIX.mode=0600; new", "MFF x", "MFCT 20200101000000 new",
        "COMB new small big", "COMB new \"small\" big", "SMNT /", "MIC x", "NOPE", "", " ", "USER alice", "PASS x",
    ];

    /// <summary>One line with its end, or something else.</summary>
    public byte[] Next(double rate)
    {
        string line = random.Next(3) switch
        {
            0 => Fixed[random.Next(Fixed.Length)],
            1 => $"{OfPaths[random.Next(OfPaths.Length)]} {Paths[random.Next(Paths.Length)]}",
            _ => random.Next(2) == 0 ? "PASV" : "EPSV",
        };
        byte[] bytes = Encoding.Latin1.GetBytes(line);
        if (random.NextDouble() < rate)
        {
            bytes = Spoil(bytes);
        }

        return [.. bytes, .. End()];
    }

    private byte[] Spoil(byte[] bytes) => random.Next(8) switch
    {
        0 => [.. "\xFF\xF4\xFF\xF2"u8, .. bytes],
        1 => [255, 244, 255, 242, .. bytes],
        2 => [255, (byte)random.Next(256), .. bytes, 255],
        3 => [.. bytes, 32, .. Enumerable.Repeat((byte)'x', random.Next(20_000))],
        4 => ByteMutator.Bytes(random, random.Next(200)),
        5 => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).ToLowerInvariant()),
        _ => ByteMutator.Mutate(random, bytes),
    };

    private byte[] End() => random.Next(12) switch
    {
        0 => [10],
        1 => [13, 13, 10],
        2 => [13, 0],
        3 => [],
        _ => [13, 10],
    };
}
