using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.Crypto.Lanes;

/// <summary>Known answers and a comparison with libcrypto in every lane, before a kernel is trusted with a packet.</summary>
/// <remarks>Unsafe because both sides take pointers.</remarks>
internal static unsafe class LaneSelfTest
{
    private const int TagLength = Sha256Constants.DigestLength;

    // Around every boundary of the first block, the blocks between and the end, beside lanes that end sooner or later.
    private static readonly int[] Lengths =
    [
        0, 1, 47, 48, 51, 52, 55, 56, 59, 60, 61, 63, 64, 115, 116, 119, 120, 123, 124, 125, 187, 188, 252, 1024, 4_099, 32_788,
    ];

    /// <summary>RFC 4231 §4.2–4.5: key, data and HMAC-SHA-256. A packet's sequence number stands for the first four bytes.</summary>
    private static readonly (string Key, string Data, string Tag)[] KnownAnswers =
    [
        ("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        ("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            "0102030405060708090a0b0c0d0e0f10111213141516171819",
            "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    ];

    public static bool Passes(LaneKernel kernel) => GivesKnownAnswers(kernel) && MatchesLibCrypto(kernel);

    private static bool GivesKnownAnswers(LaneKernel kernel)
    {
        foreach ((string key, string data, string tag) in KnownAnswers)
        {
            if (!Gives(kernel, Convert.FromHexString(key), Convert.FromHexString(data), Convert.FromHexString(tag)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Gives(LaneKernel kernel, byte[] key, byte[] data, byte[] tag)
    {
        byte[] tags = new byte[kernel.Lanes * TagLength];
        using var lanes = new HmacLanes(kernel, key);
        Span<LaneMessage> messages = stackalloc LaneMessage[kernel.Lanes];
        uint head = BinaryPrimitives.ReadUInt32BigEndian(data);
        fixed (byte* start = data, tagStart = tags)
        {
            for (int lane = 0; lane < messages.Length; lane++)
            {
                messages[lane] = new LaneMessage(head, start + sizeof(uint), data.Length - sizeof(uint), tagStart + (lane * TagLength));
            }

            lanes.MakeTags(messages);
            foreach (ref readonly LaneMessage message in messages)
            {
                if (!new ReadOnlySpan<byte>(message.Tag, TagLength).SequenceEqual(tag))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool MatchesLibCrypto(LaneKernel kernel)
    {
        byte[] key = RandomNumberGenerator.GetBytes(TagLength);
        byte[] data = RandomNumberGenerator.GetBytes(Lengths[^1] + kernel.Lanes);
        byte[] tags = new byte[kernel.Lanes * TagLength];
        byte[] expected = new byte[TagLength];
        using var lanes = new HmacLanes(kernel, key);
        using var plain = new PacketMac("SHA2-256", TagLength, key);
        Span<LaneMessage> messages = stackalloc LaneMessage[kernel.Lanes];
        fixed (byte* start = data, tagStart = tags, expectedStart = expected)
        {
            // Each pass begins one length later, so that lanes differ from each other and long ones move through all of them.
            for (int pass = 0; pass < Lengths.Length; pass++)
            {
                for (int lane = 0; lane < messages.Length; lane++)
                {
                    messages[lane] = new LaneMessage((uint)(pass - lane), start + lane, Lengths[(pass + lane) % Lengths.Length], tagStart + (lane * TagLength));
                }

                lanes.MakeTags(messages);
                foreach (ref readonly LaneMessage message in messages)
                {
                    plain.MakeTag(message.Sequence, message.Data, message.Length, expectedStart);
                    if (!new ReadOnlySpan<byte>(message.Tag, TagLength).SequenceEqual(expected))
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }
}
