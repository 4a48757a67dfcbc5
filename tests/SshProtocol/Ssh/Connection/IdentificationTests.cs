using System.Text;
using Hpc.SshProtocol.Ssh.Connection;

namespace Hpc.SshProtocol.Tests.Ssh.Connection;

public sealed class IdentificationTests
{
    [Fact]
    public void Equal_ones_are_one_object()
    {
        Identification first = Identification.Of("SSH-2.0-same"u8);

        Identification.Of("SSH-2.0-same"u8).ShouldBeSameAs(first);
        first.Text.ShouldBe("SSH-2.0-same");
    }

    [Fact]
    public void More_than_there_are_places_for_are_each_their_own()
    {
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 1000; i++)
            {
                string text = $"SSH-2.0-client_{i}";
                Identification identification = Identification.Of(Encoding.ASCII.GetBytes(text));
                identification.Text.ShouldBe(text);
                identification.Bytes.ShouldBe(Encoding.ASCII.GetBytes(text));
            }
        }
    }
}
