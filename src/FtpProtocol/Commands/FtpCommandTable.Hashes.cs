using Hpc.FtpProtocol.Commands.Hashes;
using Hpc.FtpProtocol.Hashes;

namespace Hpc.FtpProtocol.Commands;

internal sealed partial class FtpCommandTable
{
    private partial void AddHashes(FtpServerOptions options)
    {
        if (!options.Hashes)
        {
            return;
        }

        const CommandTraits Reads = CommandTraits.NeedsLogin;

        Add("HASH", new HashCommand(), Reads, "HASH " + HashAlgorithm.List(HashAlgorithm.Default));
        AddOption("HASH", new HashOptionsCommand());
        Add("XCRC", new ChecksumCommand(HashAlgorithm.Crc32), Reads, "XCRC");
        Add("MD5", new Md5Command(), Reads, "MD5");
        Add("XMD5", new ChecksumCommand(HashAlgorithm.Md5), Reads, "XMD5");
        Add("XSHA", new ChecksumCommand(HashAlgorithm.Sha1), Reads, "XSHA");
        Add("XSHA1", new ChecksumCommand(HashAlgorithm.Sha1), Reads, "XSHA1");
        Add("XSHA256", new ChecksumCommand(HashAlgorithm.Sha256), Reads, "XSHA256");
        Add("XSHA512", new ChecksumCommand(HashAlgorithm.Sha512), Reads, "XSHA512");
    }
}
