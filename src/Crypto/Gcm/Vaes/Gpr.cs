namespace Hpc.Crypto.Gcm;

/// <summary>General registers by their number in an instruction: the six that hold arguments (System V ABI, AMD64 §3.2.3) and one for scratch.</summary>
internal enum Gpr
{
    Rcx = 1,
    Rdx = 2,
    Rsi = 6,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
}
