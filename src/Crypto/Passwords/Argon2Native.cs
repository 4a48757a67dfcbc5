using System.Runtime.InteropServices;

namespace Hpc.Crypto.Passwords;

/// <summary>argon2id by the system's libargon2, where there is one: vectorised code with security updates of its own.</summary>
internal static unsafe class Argon2Native
{
    private const uint Version13 = 0x13;
    private const int TypeId = 2;
    private const int Ok = 0;
    private const int MemoryAllocationError = -22;

    private static readonly string[] LibraryNames = ["libargon2.so.1", "libargon2.so.0"];

    private static readonly delegate* unmanaged<Context*, int, int> Argon2Ctx = Load();

    public static bool IsAvailable => Argon2Ctx is not null;

    public static void Hash(in Argon2Input input, Argon2Parameters parameters, Span<byte> tag)
    {
        fixed (byte* password = input.Password)
        fixed (byte* salt = input.Salt)
        fixed (byte* secret = input.Secret)
        fixed (byte* associated = input.AssociatedData)
        fixed (byte* output = tag)
        {
            var context = new Context
            {
                Out = output,
                OutLength = (uint)tag.Length,
                Password = password,
                PasswordLength = (uint)input.Password.Length,
                Salt = salt,
                SaltLength = (uint)input.Salt.Length,
                Secret = secret,
                SecretLength = (uint)input.Secret.Length,
                AssociatedData = associated,
                AssociatedDataLength = (uint)input.AssociatedData.Length,
                Passes = (uint)parameters.Passes,
                MemoryKiB = (uint)parameters.MemoryKiB,
                Lanes = (uint)parameters.Lanes,

                // One thread: the number of verifications at a time is what bounds the processors that hashing takes.
                Threads = 1,
                Version = Version13,
            };

            int result = Argon2Ctx(&context, TypeId);
            if (result == MemoryAllocationError)
            {
                throw new InsufficientMemoryException("libargon2 found no memory for a hash.");
            }

            if (result != Ok)
            {
                throw new InvalidOperationException($"libargon2 refused its input with code {result}.");
            }
        }
    }

    private static delegate* unmanaged<Context*, int, int> Load()
    {
        foreach (string name in LibraryNames)
        {
            if (NativeLibrary.TryLoad(name, out nint library) && NativeLibrary.TryGetExport(library, "argon2_ctx", out nint function))
            {
                return (delegate* unmanaged<Context*, int, int>)function;
            }
        }

        return null;
    }

    // argon2_context of argon2.h, in its order.
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public byte* Out;
        public uint OutLength;
        public byte* Password;
        public uint PasswordLength;
        public byte* Salt;
        public uint SaltLength;
        public byte* Secret;
        public uint SecretLength;
        public byte* AssociatedData;
        public uint AssociatedDataLength;
        public uint Passes;
        public uint MemoryKiB;
        public uint Lanes;
        public uint Threads;
        public uint Version;
        public void* Allocate;
        public void* Free;
        public uint Flags;
    }
}
