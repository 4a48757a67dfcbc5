namespace Hpc.Fuzz.Tests.Mutation;

/// <summary>Where a mutation takes hold.</summary>
[Flags]
internal enum FuzzLayer
{
    None = 0,

    /// <summary>Payloads before sealing: the content, doubles, strangers, another order.</summary>
    Payload = 1,

    /// <summary>The frame before sealing: length and padding fields.</summary>
    Frame = 2,

    /// <summary>The bytes on the wire: flips, cuts, replays.</summary>
    Wire = 4,

    /// <summary>The SFTP stream: requests, their lengths, their cutting into packets.</summary>
    Stream = 8,
}
