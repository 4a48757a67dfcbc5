using System.Security.Cryptography;

namespace Hpc.FtpProtocol.Hashes;

/// <summary>A hash that the runtime has.</summary>
internal sealed class LibraryHash(string name) : RunningHash
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(new HashAlgorithmName(name));

    public override void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    public override byte[] Finish() => _hash.GetHashAndReset();

    public override void Dispose() => _hash.Dispose();
}
