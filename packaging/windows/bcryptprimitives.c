/* bcryptprimitives.dll for wine 8, which has none. Go asks it for random bytes at
 * its start. For trying programs under wine only; it is never shipped. */
#include <windows.h>

typedef BOOLEAN(APIENTRY *generator)(PVOID, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
	static generator random; /* RtlGenRandom */
	if (!random)
		random = (generator)GetProcAddress(LoadLibraryA("advapi32.dll"), "SystemFunction036");
	return random && random(data, (ULONG)length);
}
